// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/inspect/export_file.h"

#include "adapters/files/head.h"
#include "adapters/posix/file_descriptor.h"
#include "buoyant/base/checksum.h"
#include "buoyant/base/little_endian.h"
#include "buoyant/model/hard_state.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace buoyant::inspect_tool {

namespace {

constexpr std::string_view kMagic = "BUOYEXPT";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kBytesAt = 12;
constexpr std::size_t kServerAt = 16;
constexpr std::size_t kIncarnationAt = 24;
constexpr std::size_t kBootstrapAt = 32;
constexpr std::size_t kLengthAt = 40;
constexpr std::size_t kClusterAt = 48;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kBytesMax = kClusterAt + kClusterBytesMax + kChecksumBytes;

struct Head {
  Origin origin;
  std::size_t bytes = 0;
};

Result<Head> decode(ByteView bytes) {
  if (bytes.size() < kClusterAt || buoyant::text_of(bytes.first(kMagic.size())) != kMagic) {
    return fail(Errc::kStorageCorrupt, "this is no exported snapshot");
  }
  if (load_le32(bytes.data() + kVersionAt) != kVersion) {
    return fail(Errc::kUnsupportedVersion, "an exported snapshot of another version");
  }
  const std::size_t size = load_le32(bytes.data() + kBytesAt);
  const std::uint64_t length = load_le64(bytes.data() + kLengthAt);
  if (size > bytes.size() || length > kClusterBytesMax ||
      size != kClusterAt + length + kChecksumBytes ||
      load_le64(bytes.data() + size - kChecksumBytes) !=
          checksum(bytes.first(size - kChecksumBytes))) {
    return fail(Errc::kStorageCorrupt, "the head of the exported snapshot");
  }
  return Head{
      .origin = {.cluster = std::string(buoyant::text_of(bytes.subspan(kClusterAt, length))),
                 .server = ServerId(load_le64(bytes.data() + kServerAt)),
                 .incarnation = load_le64(bytes.data() + kIncarnationAt),
                 .bootstrap = load_le64(bytes.data() + kBootstrapAt)},
      .bytes = size};
}

/// The file under its temporary name; removed unless it was renamed.
class Unfinished {
 public:
  explicit Unfinished(std::string path)
      : path_(std::move(path)), temporary_(path_ + ".unfinished") {}

  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  ~Unfinished() {
    if (is_made_) {
      ::unlink(temporary_.c_str());
    }
  }

  [[nodiscard]] int create(files::File& file) {
    posix::FileDescriptor fd(
        ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd.is_open()) {
      return errno;
    }
    is_made_ = true;
    file = files::File(std::move(fd), nullptr);
    return 0;
  }

  /// EEXIST: somebody else has made it meanwhile.
  [[nodiscard]] int finish() {
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
      return errno;
    }
    is_made_ = false;
    const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
    const posix::FileDescriptor fd(
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return fd.is_open() && ::fsync(fd.get()) == 0 ? 0 : errno;
  }

 private:
  std::string path_;
  std::string temporary_;
  bool is_made_ = false;
};

Result<void> copy_contents(const files::SnapshotReader& reader, files::ChunkWriter& writer,
                           const OnProgress& on_progress) {
  const SnapshotMetadata& metadata = reader.metadata();
  while (writer.bytes() < metadata.bytes) {
    const Result<Bytes> part = reader.read(writer.bytes(), files::kChunkBytes);
    if (!part) {
      return fail(part.error());
    }
    if (const int code = writer.append(part->view()); code != 0) {
      return fail(files::file_error(code, "write the exported snapshot"));
    }
    on_progress(part->size());
  }
  if (writer.checksum() != metadata.id.checksum) {
    return fail(Errc::kStorageCorrupt, "a snapshot's contents are not those of its name");
  }
  const int code = writer.finish();
  return code == 0 ? Result<void>() : fail(files::file_error(code, "write the exported snapshot"));
}

}  // namespace

std::vector<std::byte> encode_origin(const Origin& origin) {
  std::vector<std::byte> head(kClusterAt + origin.cluster.size() + kChecksumBytes);
  std::memcpy(head.data(), kMagic.data(), kMagic.size());
  store_le32(head.data() + kVersionAt, kVersion);
  store_le32(head.data() + kBytesAt, static_cast<std::uint32_t>(head.size()));
  store_le64(head.data() + kServerAt, origin.server.value());
  store_le64(head.data() + kIncarnationAt, origin.incarnation);
  store_le64(head.data() + kBootstrapAt, origin.bootstrap);
  store_le64(head.data() + kLengthAt, origin.cluster.size());
  std::memcpy(head.data() + kClusterAt, origin.cluster.data(), origin.cluster.size());
  const ByteView covered = ByteView(head).first(head.size() - kChecksumBytes);
  store_le64(head.data() + covered.size(), checksum(covered));
  return head;
}

Result<ExportedSnapshot> open_export(const std::string& path) {
  posix::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) {
    return errno == ENOENT ? fail(Errc::kNotReady, "there is no such exported snapshot")
                           : fail(Errc::kStorageFailed, "open the exported snapshot", errno);
  }
  const files::File file(std::move(fd), nullptr);
  std::array<std::byte, kBytesMax> bytes{};
  std::size_t count = 0;
  if (const int code = file.read_at(0, bytes, count); code != 0) {
    return fail(Errc::kStorageFailed, "read the exported snapshot", code);
  }
  Result<Head> head = decode(ByteView(bytes).first(count));
  if (!head) {
    return fail(head.error());
  }
  Result<files::SnapshotReader> reader = files::SnapshotReader::open(path, head->bytes);
  if (!reader) {
    return fail(reader.error());
  }
  const Result<bool> whole = reader->is_whole();
  if (!whole) {
    return fail(whole.error());
  }
  return *whole ? Result<ExportedSnapshot>(ExportedSnapshot{.origin = std::move(head->origin),
                                                            .reader = std::move(*reader)})
                : fail(Errc::kStorageCorrupt, "the exported snapshot has another size");
}

Result<void> write_export(const Origin& origin, const files::SnapshotReader& reader,
                          const std::string& path, const OnProgress& on_progress) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) {
    return fail(Errc::kInvalidOptions, "there is a file of that name");
  }
  constexpr const char* kContext = "write the exported snapshot";
  std::vector<std::byte> head = encode_origin(origin);
  const std::vector<std::byte> file_head = files::encode_head(reader.metadata());
  head.insert(head.end(), file_head.begin(), file_head.end());
  Unfinished unfinished(path);
  files::File file;
  if (const int code = unfinished.create(file); code != 0) {
    return fail(files::file_error(code, kContext));
  }
  files::ChunkWriter writer(file, files::ChunkLayout::of(reader.metadata(), head.size()));
  if (const Result<void> copied = copy_contents(reader, writer, on_progress); !copied) {
    return copied;
  }
  int code = file.write_at(0, head);
  code = code == 0 ? file.sync() : code;
  const int closed = file.close();
  code = code == 0 ? closed : code;
  code = code == 0 ? unfinished.finish() : code;
  if (code == EEXIST) {
    return fail(Errc::kInvalidOptions, "there is a file of that name");
  }
  return code == 0 ? Result<void>() : fail(files::file_error(code, kContext));
}

}  // namespace buoyant::inspect_tool
