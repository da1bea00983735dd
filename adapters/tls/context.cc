// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/context.h"

#include "adapters/tls/session.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <openssl/crypto.h>
#include <utility>

namespace buoyant::tls {

namespace {

struct FileErrors {
  const char* unreadable;
  const char* too_large;
};

struct ClosedFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

Result<std::string> read_file(const std::string& path, FileErrors errors) {
  const std::unique_ptr<std::FILE, ClosedFile> file(std::fopen(path.c_str(), "rbe"));
  if (file == nullptr) {
    return fail(Errc::kInvalidOptions, errors.unreadable, errno);
  }
  // Without a buffer of its own no copy of a key stays behind.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  std::string text(kFileBytesMax + 1, '\0');
  errno = 0;
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return fail(Errc::kInvalidOptions, errors.unreadable, errno);
  }
  if (text.size() > kFileBytesMax) {
    return fail(Errc::kInvalidOptions, errors.too_large);
  }
  return text;
}

Result<Credentials> load(const TlsFiles& files, const PeerName& own) {
  auto certificates = read_file(files.certificates, {"the certificate file cannot be read",
                                                     "the certificate file is too large"});
  if (!certificates) {
    return fail(certificates.error());
  }
  auto authorities = read_file(files.authorities, {"the file of authorities cannot be read",
                                                   "the file of authorities is too large"});
  if (!authorities) {
    return fail(authorities.error());
  }
  auto key = read_file(files.key, {"the key file cannot be read", "the key file is too large"});
  if (!key) {
    return fail(key.error());
  }
  PemTexts texts{.certificates = std::move(*certificates),
                 .key = std::move(*key),
                 .authorities = std::move(*authorities)};
  auto credentials = make_credentials(texts, own);
  OPENSSL_cleanse(texts.key.data(), texts.key.size());
  return credentials;
}

struct NewCredentials final : port::StreamSecurity::Renewal {
  explicit NewCredentials(Credentials read) : credentials(std::move(read)) {}

  Credentials credentials;
};

}  // namespace

TlsContext::TlsContext(TlsFiles files, PeerName own, Credentials credentials)
    : files_(std::move(files)), own_(std::move(own)), credentials_(std::move(credentials)) {}

Result<TlsContext> TlsContext::create(TlsFiles files, PeerName own) {
  auto credentials = load(files, own);
  if (!credentials) {
    return fail(credentials.error());
  }
  return TlsContext(std::move(files), std::move(own), std::move(*credentials));
}

std::unique_ptr<port::SecureStream> TlsContext::dial(ServerId expected) {
  return TlsSession::dial(*this, expected);
}

std::unique_ptr<port::SecureStream> TlsContext::accept() {
  return TlsSession::accept(*this);
}

Result<std::unique_ptr<port::StreamSecurity::Renewal>> TlsContext::read_renewal() const {
  auto credentials = load(files_, own_);
  if (!credentials) {
    return fail(credentials.error());
  }
  return std::make_unique<NewCredentials>(std::move(*credentials));
}

void TlsContext::adopt(std::unique_ptr<Renewal> renewal) {
  credentials_ = std::move(static_cast<NewCredentials&>(*renewal).credentials);
}

}  // namespace buoyant::tls
