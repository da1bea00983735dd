// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/common/options.h"

#include "examples/common/exit_code.h"

#include <CLI/CLI.hpp>

#include <charconv>
#include <stdexcept>
#include <utility>

namespace example {

namespace {

/// What is read before it means anything.
struct RawOptions {
  std::uint64_t id = 0;
  std::vector<std::string> members;
  std::vector<std::string> dial;
  std::int64_t election_ms = 1000;
  std::int64_t heartbeat_ms = 100;
  std::uint64_t map_bytes_max = 0;
  std::uint64_t snapshot_entries = 0;
  std::uint64_t snapshot_bytes = 0;
  bool no_forward = false;
  std::string log_level = "info";
};

/// CLI11's own names the range of a double.
CLI::Validator positive() {
  const auto wrong = [](const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool is_positive = error == std::errc() && stop == end && number > 0;
    return is_positive ? std::string() : "not a number above 0: " + text;
  };
  return {wrong, "POSITIVE"};
}

void add_flags(CLI::App& app, Options& options, RawOptions& raw) {
  app.add_option("--id", raw.id, "this server's id")->required()->check(positive());
  app.add_option("--cluster", options.cluster, "the cluster's name")->required();
  app.add_option("--data", options.data, "data directory, made if missing")->required();
  app.add_option("--listen", options.listen, "HOST:PORT for peers")->required();
  app.add_option("--advertise", options.advertise, "HOST:PORT that peers are told");
  app.add_option("--client", options.client, "HOST:PORT for clients")->required();
  app.add_option("--member", raw.members, "ID=HOST:PORT of an initial voter; repeat");
  app.add_option("--dial", raw.dial, "ID=HOST:PORT to dial for that peer; repeat");
  app.add_option("--election-ms", raw.election_ms,
                 "without a leader for this to twice this: an election; default 1000")
      ->check(CLI::Range(1, 3'600'000));
  app.add_option("--heartbeat-ms", raw.heartbeat_ms,
                 "the leader makes itself known this often; default 100")
      ->check(CLI::Range(1, 3'600'000));
  app.add_option("--map-bytes-max", raw.map_bytes_max, "how large data.mdb may become")
      ->check(positive());
  app.add_option("--scrub-bytes-per-second", options.scrub_bytes_per_second,
                 "how fast the stored log is checked beside the work; default 0: it is not");
  app.add_option("--snapshot-entries", raw.snapshot_entries, "entries from snapshot to snapshot")
      ->check(positive());
  app.add_option("--snapshot-bytes", raw.snapshot_bytes, "their bytes")->check(positive());
  app.add_flag("--no-forward", raw.no_forward,
               "refuse what has to be replicated unless this server leads");
  app.add_flag("--insecure-plaintext", options.insecure_plaintext,
               "listen for peers beyond loopback without TLS");
  app.add_option("--log-level", raw.log_level, "what is written to stderr; default info")
      ->check(CLI::IsMember({"error", "warn", "info", "debug"}));
  app.add_flag("--join", options.join, "begin empty and wait to be added");
  app.add_option("--clients-max", options.clients.clients,
                 "connections of clients at a time; default 1024")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("--client-bytes-max", options.clients.bytes,
                 "bytes of all clients' requests and answers; default 256 MiB")
      ->check(CLI::Range(std::size_t{1} << 20U, std::size_t{1} << 40U));
  app.add_option("--metrics", options.metrics, "HOST:PORT for metrics over HTTP");
  app.add_flag("--admin", options.admin,
               "take transfers, snapshots and changes of members there (buoyant-ctl)");
  app.add_flag("--admin-beyond-loopback", options.admin_beyond_loopback,
               "even where that port is not on loopback: there is no authentication");
  app.add_option("--tls-cert", options.tls_certificates,
                 "PEM: this server's certificate; SIGHUP reads all three files again");
  app.add_option("--tls-key", options.tls_key, "PEM: its key");
  app.add_option("--tls-ca", options.tls_authorities, "PEM: the authorities that peers are of");
}

/// "ID=HOST:PORT". The address is looked at by those who use it.
std::optional<std::pair<buoyant::ServerId, std::string>> parse_pair(const std::string& text) {
  std::uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || id == 0 || stop == end || *stop != '=') {
    return std::nullopt;
  }
  return std::pair(buoyant::ServerId(id), std::string(stop + 1, end));
}

LogLevel parse_level(const std::string& name) {
  if (name == "error") {
    return LogLevel::kError;
  }
  if (name == "warn") {
    return LogLevel::kWarn;
  }
  return name == "debug" ? LogLevel::kDebug : LogLevel::kInfo;
}

Exit usage(std::string what) {
  return {kExitUsage, std::move(what)};
}

std::optional<Exit> take_members(Options& options, const RawOptions& raw) {
  for (const std::string& text : raw.members) {
    auto pair = parse_pair(text);
    if (!pair) {
      return usage("--member: not ID=HOST:PORT: " + text);
    }
    options.members.push_back({pair->first, std::move(pair->second)});
  }
  for (const std::string& text : raw.dial) {
    auto pair = parse_pair(text);
    if (!pair) {
      return usage("--dial: not ID=HOST:PORT: " + text);
    }
    options.dial[pair->first] = std::move(pair->second);
  }
  if (options.join && !options.members.empty()) {
    return usage("--join and --member exclude each other");
  }
  if (options.members.empty()) {
    return std::nullopt;
  }
  const auto configuration = buoyant::make_configuration(options.members);
  if (!configuration) {
    return usage(std::string("--member: ") + configuration.error().context());
  }
  if (configuration->find(options.id) == nullptr) {
    return usage("--member: this server is not in the list");
  }
  return std::nullopt;
}

std::variant<Options, Exit> finish(Options options, const RawOptions& raw) {
  options.id = buoyant::ServerId(raw.id);
  options.election_timeout = std::chrono::milliseconds(raw.election_ms);
  options.heartbeat_interval = std::chrono::milliseconds(raw.heartbeat_ms);
  options.forward = !raw.no_forward;
  options.log_level = parse_level(raw.log_level);
  if (raw.snapshot_entries != 0) {
    options.snapshot_entries = raw.snapshot_entries;
  }
  if (raw.snapshot_bytes != 0) {
    options.snapshot_bytes = raw.snapshot_bytes;
  }
  if (raw.map_bytes_max != 0) {
    options.map_bytes_max = raw.map_bytes_max;
  }
  if (auto exit = take_members(options, raw)) {
    return *exit;
  }
  return options;
}

}  // namespace

std::variant<Options, Exit> parse_options(const ProgramText& program, int argc,
                                          const char* const* argv) {
  CLI::App app(program.description, program.name);
  Options options;
  RawOptions raw;
  add_flags(app, options, raw);
  if (program.can_print) {
    app.add_flag("--print", options.print, "write every applied line to stdout");
  }
  if (program.has_groups) {
    app.add_option(
           "--groups", options.groups,
           "so many groups, each a cluster of its own: NAME-2 in DIR-2, and so on, its peer "
           "ports 100 above those of the one before; default 1")
        ->check(CLI::Range(1, 64));
  }
  // CLI11 reports by exception; they end here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Exit{kExitClean, app.help()};
  } catch (const CLI::ParseError& error) {
    return usage(std::string(error.what()) + " (see --help)");
  }
  const auto tls_files = app.count("--tls-cert") + app.count("--tls-key") + app.count("--tls-ca");
  if (tls_files != 0 && tls_files != 3) {
    return usage("--tls-cert, --tls-key and --tls-ca go together");
  }
  if (options.admin && options.metrics.empty()) {
    return usage("--admin is about the port of --metrics");
  }
  if (options.groups > 1 && (options.join || tls_files != 0)) {
    // A certificate names one cluster, and only the first group can be told of a new member.
    return usage("--groups excludes --join and --tls-cert");
  }
  return finish(std::move(options), raw);
}

}  // namespace example
