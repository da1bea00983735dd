// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// A page of one run, from its beginning to the file.
#pragma once

#include "tools/sim/page.h"

#include <cstddef>
#include <fstream>
#include <string>

namespace buoyant::sim_tool {

/// Listens to a run, and writes its page. One in a process listens at a time: it takes SIGABRT, so
/// that a run that an assertion ends has a page too.
class Picture {
 public:
  /// Makes or empties the file. is_open() says whether that went well.
  Picture(const std::string& path, std::size_t events_max, std::string commit);
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  ~Picture();

  [[nodiscard]] bool is_open() const { return file_.is_open(); }

  /// Hears the run of `plan` from now on; forgets an earlier one. The sink must not outlive this.
  [[nodiscard]] simulation::TraceSink listen(const simulation::Plan& plan);

  /// The run is over: an assertion that fails from here on is of another one.
  void rest();

  /// Writes the page of the run that was heard; says on stdout what it wrote. False: it could not.
  bool write(const simulation::Report& report, bool is_shrunk);

  /// The same for a run that ends here, by an assertion.
  void write_aborted();

 private:
  std::string path_;
  std::size_t events_max_;
  std::string commit_;
  std::ofstream file_;
  simulation::Plan plan_;
  Recording recording_;
};

}  // namespace buoyant::sim_tool
