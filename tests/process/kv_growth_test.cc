// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Three servers under constant load with snapshots use no more at the end than after the warm-up:
/// files, memory, descriptors, threads.
///
/// BUOYANT_GROWTH_SECONDS=1800 makes the long run of it; BUOYANT_GROWTH_OUT=DIRECTORY keeps a table
/// and a picture.

#include "tests/process/growth_samples.h"
#include "tests/process/kv_cluster_fixture.h"
#include "tests/process/kv_filler.h"
#include "tests/support/process/figures.h"

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace buoyant::process {

class KvGrowthTest : public KvClusterFixture {
 protected:
  static constexpr double kMebibyte = 1 << 20;

  static KvClusterOptions with_snapshots(KvClusterOptions options) {
    options.flags.insert(options.flags.end(), {"--snapshot-bytes", std::to_string(512U << 10U)});
    return options;
  }

  /// Nothing: the server is gone.
  std::optional<GrowthSample> sample_of(std::uint64_t id) {
    const KvServer& server = cluster_.server(id);
    const auto figures = figures_of(cluster_.server(id).process().pid());
    struct stat database = {};
    if (!figures || ::stat((server.data_path() + "/data.mdb").c_str(), &database) != 0) {
      return std::nullopt;
    }
    constexpr double kBlock = 512;
    double snapshots = 0;
    double snapshot_bytes = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             std::filesystem::path(server.data_path()) / "snapshots", error)) {
      std::error_code gone;
      const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
      snapshots += gone || size == 0 ? 0 : 1;
      snapshot_bytes += gone ? 0 : static_cast<double>(size);
    }
    return GrowthSample{
        seconds_since_begin(),
        id,
        {static_cast<double>(database.st_size) / kMebibyte,
         static_cast<double>(database.st_blocks) * kBlock / kMebibyte, snapshots,
         snapshot_bytes / kMebibyte, static_cast<double>(figures->anonymous_bytes) / kMebibyte,
         static_cast<double>(figures->rss_bytes) / kMebibyte,
         static_cast<double>(figures->descriptors), static_cast<double>(figures->threads)}};
  }

  [[nodiscard]] double seconds_since_begin() const {
    return std::chrono::duration<double>(Clock::now() - begin_).count();
  }

  static void write_file(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }

  void keep_results() const {
    if (const char* const out = std::getenv("BUOYANT_GROWTH_OUT"); out != nullptr) {
      write_file(std::string(out) + "/growth.csv", growth_csv(samples_));
      write_file(std::string(out) + "/growth.svg", growth_svg(samples_));
    }
  }

  const std::vector<std::uint64_t> ids_ = {1, 2, 3};
  KvCluster cluster_{with_snapshots(cluster_options(3))};
  Clock::time_point begin_ = Clock::now();
  std::vector<GrowthSample> samples_;
};

TEST_F(KvGrowthTest, ConstantLoadNeedsNoMoreAtTheEndThanAfterTheWarmUp) {
  const seconds duration(number_from_environment("BUOYANT_GROWTH_SECONDS", 12));
  const auto every = std::max<Clock::duration>(duration / 360, milliseconds(200));
  cluster_.start_voters();
  ASSERT_NE(cluster_.wait_leader(soon()), 0U) << described(cluster_);
  std::uint64_t written = 0;
  std::uint64_t refused = 0;
  std::uint64_t first_snapshot = 0;
  {
    Flood load(
        cluster_.client_port(1),
        {.value_bytes = 1024, .per_second = number_from_environment("BUOYANT_GROWTH_RATE", 500)});
    // What grows once: the first snapshots, the window of entries in memory.
    ASSERT_TRUE(wait_until(soon(), [&] {
      const auto status = cluster_.server(1).status(within(seconds(1)));
      return status && status->snapshot != 0;
    })) << described(cluster_);
    first_snapshot = cluster_.server(1).status(soon())->snapshot;
    begin_ = Clock::now();
    while (Clock::now() < begin_ + duration) {
      for (const std::uint64_t id : ids_) {
        const auto sample = sample_of(id);
        ASSERT_TRUE(sample) << described(cluster_);
        samples_.push_back(*sample);
      }
      rest(every);
    }
    written = load.acknowledged();
    refused = load.refused();
  }

  keep_results();
  EXPECT_EQ(describe_growth(samples_), "");
  EXPECT_GT(cluster_.server(1).status(soon())->snapshot, first_snapshot) << "no more snapshots";
  EXPECT_GT(written, static_cast<std::uint64_t>(duration.count()) * 50) << "that was no load";
  EXPECT_TRUE(cluster_.wait_settled(ids_, within(seconds(60)))) << described(cluster_);
  EXPECT_EQ(cluster_.compare_states(ids_, soon()), "");
  EXPECT_TRUE(cluster_.stop_all(within(seconds(5))));
  std::cout << written << " writes of 1 KiB in " << duration.count() << " s, " << refused
            << " refused; medians of the second and the last quarter:\n";
  for (std::size_t value = 0; value < kGrowthNames.size(); ++value) {
    std::cout << "  " << kGrowthNames.at(value) << " " << growth_median(samples_, value, 0.25, 0.5)
              << " " << growth_median(samples_, value, 0.75, 1) << "\n";
  }
}

}  // namespace buoyant::process
