// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// The builder that a codec reuses for every meta, so that encoding allocates nothing of its own.
#pragma once

#include "buoyant/base/bytes.h"
#include "buoyant/model/frame.h"

#include <flatbuffers/flatbuffers.h>

#include <cstddef>
#include <span>

namespace buoyant::flatbuf_1 {

class MetaBuilder {
 public:
  /// The builder, empty.
  flatbuffers::FlatBufferBuilder& begin() {
    builder_.Clear();
    return builder_;
  }

  /// Ends the meta with its root table. Valid until the next begin() or release_if_large().
  template <class Table>
  ByteView finish(flatbuffers::Offset<Table> root) {
    builder_.Finish(root);
    return std::as_bytes(std::span(builder_.GetBufferPointer(), builder_.GetSize()));
  }

  /// Gives the memory of an unusually large meta back.
  void release_if_large() {
    if (builder_.GetSize() > kKeptBytesMax) {
      builder_.Reset();
    }
  }

  /// Ends the meta and makes it a frame without payload.
  template <class Table>
  Frame frame(FrameType type, GroupId group, flatbuffers::Offset<Table> root) {
    Frame frame = make_frame(type, group, finish(root), {});
    release_if_large();
    return frame;
  }

 private:
  static constexpr std::size_t kKeptBytesMax = std::size_t{256} << 10U;

  flatbuffers::FlatBufferBuilder builder_;
};

}  // namespace buoyant::flatbuf_1
