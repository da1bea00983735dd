// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/process/disk_faults.h"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace buoyant::process {

DiskFaults::DiskFaults(const std::string& directory, std::string root)
    : path_(directory + "/faults"), root_(std::move(root)) {
  const int fd = ::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  void* map = MAP_FAILED;
  if (fd >= 0 && ::ftruncate(fd, sizeof(fault_shim::Plan)) == 0) {
    map = ::mmap(nullptr, sizeof(fault_shim::Plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (map == MAP_FAILED) {
    std::abort();
  }
  ::close(fd);
  plan_ = static_cast<fault_shim::Plan*>(map);
}

DiskFaults::~DiskFaults() {
  ::munmap(plan_, sizeof(fault_shim::Plan));
}

std::map<std::string, std::string> DiskFaults::environment() const {
  return {{"LD_PRELOAD", BUOYANT_FAULT_SHIM},
          {fault_shim::kPlanVariable, path_},
          {fault_shim::kRootVariable, std::filesystem::weakly_canonical(root_).string()}};
}

void DiskFaults::set(const DiskFault& fault) {
  heal();
  plan_->calls = fault.calls;
  plan_->code = fault.code;
  plan_->milliseconds = fault.milliseconds;
  plan_->spared = fault.spared;
  plan_->times = fault.times;
  plan_->struck = 0;
  plan_->part.fill('\0');
  std::copy_n(fault.part.begin(), std::min(fault.part.size(), plan_->part.size() - 1),
              plan_->part.begin());
  plan_->action = fault.action;
}

void DiskFaults::heal() {
  plan_->action = fault_shim::Action::kNothing;
}

}  // namespace buoyant::process
