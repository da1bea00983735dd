// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/certs/files.h"

#include "adapters/tls/owned.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

namespace buoyant::certs_tool {

namespace {

constexpr mode_t kKeyMode = 0600;
constexpr mode_t kCertificateMode = 0644;
constexpr mode_t kDirectoryMode = 0700;

Result<void> write_all(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR) {
      return fail(Errc::kStorageFailed, "cannot write the file", errno);
    }
    done += count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  return ::fsync(file) == 0 ? Result<void>()
                            : fail(Errc::kStorageFailed, "cannot write the file", errno);
}

/// Leaves no file when it fails.
Result<void> create_file(const std::string& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) {
    const int error = errno;
    return error == EEXIST ? fail(Errc::kNotReady, "the file is there already", error)
                           : fail(Errc::kStorageFailed, "cannot create the file", error);
  }
  const auto written = write_all(file, text);
  ::close(file);
  if (!written) {
    ::unlink(path.c_str());
  }
  return written;
}

Result<std::string> read_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail(Errc::kStorageFailed, "cannot open the authority's file", errno);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = ::read(file, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  const int error = errno;
  ::close(file);
  if (count < 0) {
    return fail(Errc::kStorageFailed, "cannot read the authority's file", error);
  }
  return text;
}

bool belong_together(const Pair& pair) {
  const tls::OwnedCertificate certificate(
      PEM_read_bio_X509(tls::reader_of(pair.certificate).get(), nullptr, nullptr, nullptr));
  const tls::OwnedKey key(
      PEM_read_bio_PrivateKey(tls::reader_of(pair.key).get(), nullptr, nullptr, nullptr));
  const bool fit = certificate != nullptr && key != nullptr &&
                   X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return fit;
}

}  // namespace

Paths paths_of(const std::string& directory, const std::string& name) {
  const std::string stem = directory + "/" + name;
  return {.certificate = stem + ".pem", .key = stem + "-key.pem"};
}

Result<void> write_pair(const Paths& paths, const Pair& pair) {
  const std::string directory = paths.key.substr(0, paths.key.rfind('/'));
  if (::mkdir(directory.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return fail(Errc::kStorageFailed, "cannot make the directory", errno);
  }
  if (const auto written = create_file(paths.key, pair.key, kKeyMode); !written) {
    return written;
  }
  auto written = create_file(paths.certificate, pair.certificate, kCertificateMode);
  if (!written) {
    ::unlink(paths.key.c_str());
  }
  return written;
}

Result<Pair> read_pair(const Paths& paths) {
  auto certificate = read_file(paths.certificate);
  if (!certificate) {
    return fail(certificate.error());
  }
  auto key = read_file(paths.key);
  if (!key) {
    return fail(key.error());
  }
  Pair pair{.certificate = std::move(*certificate), .key = std::move(*key)};
  if (!belong_together(pair)) {
    return fail(Errc::kMalformed, "these are no certificate and its key");
  }
  return pair;
}

}  // namespace buoyant::certs_tool
