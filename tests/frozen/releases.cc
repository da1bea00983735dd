// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/frozen/releases.h"

#include "tests/frozen/codec_1/codec.h"

namespace buoyant::frozen {

std::shared_ptr<const simulation::Release> previous_release() {
  return std::make_shared<const simulation::Release>(simulation::Release{
      .name = "codec_1",
      .make_codec = [] { return std::make_unique<flatbuf_1::FlatbuffersCodec>(); },
      // As it was then, whatever kWireVersionMin and kWireVersionMax are now.
      .version_min = 1,
      .version_max = 1});
}

}  // namespace buoyant::frozen
