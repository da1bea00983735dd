// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/storage/log_file.h"

#include "buoyant/base/checksum.h"
#include "examples/storage/fields.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace file_storage {

using buoyant::checksum;
using buoyant::Errc;
using buoyant::fail;
using buoyant::Result;
using buoyant::view_of;

namespace {

constexpr std::size_t kHeaderBytes = 32;

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  return buoyant::load_le64(view_of(bytes).data() + at);
}

/// The sequence of a frame whose header begins here.
std::optional<std::uint64_t> header_sequence(std::string_view bytes) {
  const bool is_header = bytes.size() >= kHeaderBytes &&
                         number_at(bytes, 24) == checksum(view_of(bytes.substr(0, 24)));
  return is_header ? std::optional(number_at(bytes, 8)) : std::nullopt;
}

/// The body of the frame that begins here, if it is whole and has this number.
std::optional<std::string_view> body_of(std::string_view bytes, std::uint64_t sequence) {
  if (header_sequence(bytes) != sequence || number_at(bytes, 0) > bytes.size() - kHeaderBytes) {
    return std::nullopt;
  }
  const std::string_view body = bytes.substr(kHeaderBytes, number_at(bytes, 0));
  return number_at(bytes, 16) == checksum(view_of(body)) ? std::optional(body) : std::nullopt;
}

std::uint64_t random_number() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device() | 1U;
}

Result<void> replay(std::string_view file, Image& image) {
  const Result<std::vector<std::string_view>> frames = read_frames(file);
  if (!frames) {
    return fail(frames.error());
  }
  std::optional<Image> first = decode<Image>(frames->front());
  if (!first) {
    return fail(Errc::kStorageCorrupt, "file storage: image");
  }
  image = std::move(*first);
  for (std::size_t i = 1; i < frames->size(); ++i) {
    const auto commit = decode<std::vector<buoyant::port::StorageWrite>>((*frames)[i]);
    if (!commit) {
      return fail(Errc::kStorageCorrupt, "file storage: commit");
    }
    for (const buoyant::port::StorageWrite& write : *commit) {
      image.apply(write, true);
    }
  }
  return {};
}

/// 0, or the errno; ENOENT only when there is no such file.
int read_all(const std::string& path, std::string& bytes) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return errno;
  }
  char buffer[1U << 16U];
  ssize_t count = 0;
  while ((count = ::read(file, buffer, sizeof(buffer))) > 0) {
    bytes.append(buffer, static_cast<std::size_t>(count));
  }
  const int error = count == 0 ? 0 : errno;
  ::close(file);
  return error == ENOENT ? EIO : error;
}

/// 0, or the errno.
int write_all(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written <= 0) {
      return written < 0 ? errno : ENOSPC;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return ::fdatasync(file) == 0 ? 0 : errno;
}

buoyant::Error failure(int error, const char* context) {
  const bool is_full = error == ENOSPC || error == EDQUOT;
  return buoyant::Error(is_full ? Errc::kStorageFull : Errc::kStorageFailed, context, error);
}

}  // namespace

LogFile::~LogFile() {
  for (const int descriptor : {file_, directory_}) {
    if (descriptor >= 0) {
      ::close(descriptor);
    }
  }
}

std::string frame(std::uint64_t sequence, std::string_view body) {
  std::string bytes = encode(body.size(), sequence, checksum(view_of(body)));
  bytes += encode(checksum(view_of(bytes)));
  bytes += body;
  bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
  return bytes;
}

Result<std::vector<std::string_view>> read_frames(std::string_view file) {
  std::vector<std::string_view> bodies;
  std::size_t at = 0;
  while (const auto body = body_of(file.substr(at), bodies.size())) {
    bodies.push_back(*body);
    at = std::min(file.size(), at + (kHeaderBytes + body->size() + 7) / 8 * 8);
  }
  // Only the last commit can have been cut off: each is flushed before the next begins.
  for (std::size_t later = at; later < file.size(); later += 8) {
    if (header_sequence(file.substr(later)).value_or(0) > bodies.size()) {
      return fail(Errc::kStorageCorrupt, "file storage: commit in the middle");
    }
  }
  if (bodies.empty()) {
    return fail(Errc::kStorageCorrupt, "file storage: first frame");
  }
  return bodies;
}

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& directory,
                                               const std::string& cluster, buoyant::ServerId server,
                                               Image& image) {
  ::mkdir(directory.c_str(), 0700);
  std::unique_ptr<LogFile> log(new LogFile);
  log->directory_ = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (log->directory_ < 0) {
    return fail(failure(errno, "file storage: directory"));
  }
  if (::flock(log->directory_, LOCK_EX | LOCK_NB) != 0) {
    return fail(Errc::kDirectoryInUse, "file storage: lock", errno);
  }
  image = {.identity = {.cluster = cluster, .server = server, .incarnation = random_number()}};
  std::string bytes;
  const int error = read_all(directory + "/log", bytes);
  if (error != 0 && error != ENOENT) {
    return fail(failure(error, "file storage: read"));
  }
  if (const Result<void> replayed = error == 0 ? replay(bytes, image) : Result<void>(); !replayed) {
    return fail(replayed.error());
  }
  if (image.identity.cluster != cluster || image.identity.server != server) {
    return fail(image.identity.cluster != cluster ? Errc::kWrongCluster : Errc::kWrongIdentity,
                "file storage: identity");
  }
  image.identity.start_counter += 1;
  image.identity.start_id = random_number();
  if (const int failed = log->begin(directory, image); failed != 0) {
    return fail(failure(failed, "file storage: image"));
  }
  return log;
}

int LogFile::begin(const std::string& directory, const Image& image) {
  const std::string temporary = directory + "/log.new";
  file_ = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file_ < 0) {
    return errno;
  }
  if (const int error = append(encode(image)); error != 0) {
    return error;
  }
  const bool renamed = ::rename(temporary.c_str(), (directory + "/log").c_str()) == 0;
  return renamed && ::fsync(directory_) == 0 ? 0 : errno;
}

int LogFile::append(const std::string& commit) noexcept {
  const std::string bytes = frame(sequence_, commit);
  if (const int error = write_all(file_, bytes, end_); error != 0) {
    // What remains of it, should this fail too, is a commit that was cut off.
    (void)!::ftruncate(file_, static_cast<off_t>(end_));
    return error;
  }
  end_ += bytes.size();
  sequence_ += 1;
  return 0;
}

}  // namespace file_storage
