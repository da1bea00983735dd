// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/scenarios/command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <sstream>

namespace buoyant::scenarios {

namespace command {

constexpr std::array<std::string_view, 9> kKinds = {
    "RequestVote",    "RequestVoteReply", "AppendEntries",   "AppendEntriesReply",  "Heartbeat",
    "HeartbeatReply", "TimeoutNow",       "InstallSnapshot", "InstallSnapshotReply"};

/// What its sender may hear to be lost.
constexpr std::array<std::string_view, 2> kLosses = {"AppendEntries", "InstallSnapshot"};

constexpr std::array<std::string_view, 2> kSpaceStates = {"low", "enough"};

constexpr std::array<std::string_view, 3> kPreferences = {"normal", "prefer", "avoid"};

constexpr std::array<std::string_view, 4> kDiskStates = {"ok", "stalled", "full", "unreadable"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<std::uint64_t> number_in(std::string_view word) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool whole = error == std::errc() && end == word.data() + word.size();
  return whole && !word.empty() ? std::optional(number) : std::nullopt;
}

/// The words of a command, taken one after the other. Remembers the first thing that was not
/// what was expected; what is taken after that means nothing.
class Words {
 public:
  explicit Words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    for (std::string word; stream >> word;) {
      words_.push_back(word);
    }
  }

  [[nodiscard]] bool empty() const { return at_ == words_.size(); }

  std::string word() { return empty() ? std::string() : words_[at_++]; }

  bool accept(std::string_view word) {
    const bool here = !empty() && words_[at_] == word;
    at_ += here ? 1U : 0U;
    return here;
  }

  std::uint64_t number(const char* what = "a number") {
    const std::string taken = word();
    const auto number = number_in(taken);
    if (!number) {
      expected(what, taken);
    }
    return number.value_or(0);
  }

  ServerId server() {
    const ServerId id{number("a server")};
    if (!id.is_set()) {
      expected("a server", "0");
    }
    return id;
  }

  template <class Choices>
  std::string one_of(const Choices& choices) {
    std::string taken = word();
    if (!is_one_of(taken, choices)) {
      expected("another word", taken);
    }
    return taken;
  }

  Link link(bool with_zero = false) {
    const std::string taken = word();
    const std::size_t arrow = taken.find("->");
    const auto end = [&](std::string_view name) -> std::optional<std::uint64_t> {
      const auto number =
          name == "*" && !with_zero ? std::optional<std::uint64_t>(0) : number_in(name);
      return number == 0U && name != "*" && !with_zero ? std::nullopt : number;
    };
    const auto from = arrow == std::string::npos ? std::nullopt : end(taken.substr(0, arrow));
    const auto to = arrow == std::string::npos ? std::nullopt : end(taken.substr(arrow + 2));
    if (!from || !to) {
      expected("a link FROM->TO", taken);
    }
    return {.from = ServerId(from.value_or(0)), .to = ServerId(to.value_or(0))};
  }

  Selection selection() {
    Selection selection{.link = link(), .kind = {}, .which = Which::kAll};
    if (!empty() && is_one_of(words_[at_], kKinds)) {
      selection.kind = word();
    }
    if (accept("first")) {
      selection.which = Which::kFirst;
    } else if (accept("last")) {
      selection.which = Which::kLast;
    }
    return selection;
  }

  void expected(const std::string& what, const std::string& instead) {
    if (error_.empty()) {
      error_ =
          instead.empty() ? what + " is missing" : what + " is expected, not '" + instead + "'";
    }
  }

  /// What was wrong; empty: nothing, and nothing is left.
  std::string error() {
    if (!empty()) {
      expected("nothing more", words_[at_]);
    }
    return error_;
  }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
  std::string error_;
};

void take_nothing(Words& /*words*/, Command& /*command*/) {}

void take_server(Words& words, Command& command) {
  command.server = words.server();
}

void take_servers(Words& words, Command& command) {
  command.number = words.number();
  command.other_number = words.accept("learners") ? words.number() : 0;
  command.numbers = {words.accept("spares") ? words.number() : 0};
}

void take_members(Words& words, Command& command) {
  command.server = words.server();
  words.one_of(std::array<std::string_view, 1>{"="});
  MemberRole role = MemberRole::kVoter;
  while (!words.empty()) {
    if (words.accept("based-on")) {
      command.number = words.number("an index");
      break;
    }
    if (words.accept("learners")) {
      role = MemberRole::kLearner;
    }
    const ServerId id = words.server();
    command.members.push_back(
        {.id = id, .address = words.accept("at") ? words.word() : "s", .role = role});
  }
}

void take_option(Words& words, Command& command) {
  command.word = words.word();
  const bool on = words.accept("on");
  command.number = on ? 1 : words.accept("off") ? 0 : words.number("a value");
}

void take_log(Words& words, Command& command) {
  if (!words.empty()) {
    command.server = words.server();
  }
  if (words.accept("=")) {
    command.verb = Verb::kStoredLog;
    while (!words.empty()) {
      command.numbers.push_back(words.number("a term"));
    }
  }
}

void take_term(Words& words, Command& command) {
  command.server = words.server();
  words.one_of(std::array<std::string_view, 1>{"="});
  command.number = words.number("a term");
  if (words.accept("vote")) {
    command.other_number = words.server().value();
  }
}

void take_proposal(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.empty() ? 1 : words.number();
}

void take_transfer(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.accept("to") ? words.server().value() : 0;
}

void take_space(Words& words, Command& command) {
  command.server = words.server();
  command.word = words.one_of(kSpaceStates);
}

void take_preference(Words& words, Command& command) {
  command.server = words.server();
  words.one_of(std::array<std::string_view, 1>{"="});
  command.word = words.one_of(kPreferences);
}

void take_selection(Words& words, Command& command) {
  command.selection = words.selection();
}

void take_delivery(Words& words, Command& command) {
  command.selection = words.selection();
  if (words.accept("as")) {
    command.in_place_of = words.link(true);
  }
}

void take_loss(Words& words, Command& command) {
  command.selection.link = words.link();
  command.selection.kind = words.empty() ? "AppendEntries" : words.one_of(kLosses);
}

void take_link(Words& words, Command& command) {
  command.selection.link = words.link();
}

void take_write(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.accept("through") ? words.number("a write") : 0;
}

void take_crash(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.accept("keeping") ? words.number("a number of writes") : 0;
}

void take_snapshot(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.accept("keeping") ? words.number("a number of entries") : 0;
}

void take_file(Words& words, Command& command) {
  command.server = words.server();
  command.word = words.accept("last") ? "last" : "";
}

void take_hold(Words& words, Command& command) {
  command.server = words.server();
  command.number = words.number("a number of milliseconds");
}

void take_disk(Words& words, Command& command) {
  command.server = words.server();
  command.word = words.one_of(kDiskStates);
}

void take_read(Words& words, Command& command) {
  command.server = words.server();
  command.word = words.accept("lease") ? "lease" : "";
}

void take_time(Words& words, Command& command) {
  command.number = words.number("a number of milliseconds");
}

/// How a command is written, and what takes its words after the first.
struct Grammar {
  std::string_view word;
  Verb verb;
  void (*take)(Words&, Command&);
  std::string_view usage;
};

constexpr std::array<Grammar, 35> kGrammar = {{
    {"servers", Verb::kServers, take_servers, "servers COUNT [learners COUNT] [spares COUNT]"},
    {"option", Verb::kOption, take_option, "option NAME on|off|NUMBER"},
    {"term", Verb::kStoredTerm, take_term, "term SERVER = TERM [vote SERVER]"},
    {"preference", Verb::kPreference, take_preference, "preference SERVER = normal|prefer|avoid"},
    {"transfer", Verb::kTransfer, take_transfer, "transfer SERVER [to SERVER]"},
    {"space", Verb::kSpace, take_space, "space SERVER low|enough"},
    {"propose", Verb::kPropose, take_proposal, "propose SERVER [COUNT]"},
    {"read", Verb::kRead, take_read, "read SERVER [lease]"},
    {"change", Verb::kChange, take_members,
     "change SERVER = VOTER [at ADDRESS]... [learners LEARNER...] [based-on INDEX]"},
    {"removed", Verb::kRemoved, take_server, "removed SERVER"},
    {"snapshot", Verb::kSnapshot, take_snapshot, "snapshot SERVER [keeping ENTRIES]"},
    {"file-done", Verb::kFileDone, take_file, "file-done SERVER [last]"},
    {"deliver", Verb::kDeliver, take_delivery,
     "deliver FROM->TO [KIND] [first|last] [as FROM->TO]"},
    {"write-done", Verb::kWriteDone, take_write, "write-done SERVER [through WRITE]"},
    {"write-full", Verb::kWriteFull, take_server, "write-full SERVER"},
    {"write-fail", Verb::kWriteFail, take_server, "write-fail SERVER"},
    {"timeout", Verb::kTimeout, take_server, "timeout SERVER"},
    {"hold", Verb::kHold, take_hold, "hold SERVER MILLISECONDS"},
    {"crash", Verb::kCrash, take_crash, "crash SERVER [keeping WRITES]"},
    {"start", Verb::kStart, take_server, "start SERVER"},
    {"drop", Verb::kDrop, take_selection, "drop FROM->TO [KIND] [first|last]"},
    {"duplicate", Verb::kDuplicate, take_selection, "duplicate FROM->TO [KIND] [first|last]"},
    {"lose", Verb::kLose, take_loss, "lose FROM->TO [AppendEntries|InstallSnapshot]"},
    {"cut", Verb::kCut, take_link, "cut FROM->TO"},
    {"heal", Verb::kHeal, take_nothing, "heal"},
    {"disconnect", Verb::kDisconnect, take_link, "disconnect ONE->OTHER"},
    {"connect", Verb::kConnect, take_link, "connect ONE->OTHER"},
    {"disk", Verb::kDisk, take_disk, "disk SERVER ok|stalled|full|unreadable"},
    {"elapse", Verb::kElapse, take_time, "elapse MILLISECONDS"},
    {"run", Verb::kRun, take_time, "run MILLISECONDS"},
    {"settle", Verb::kSettle, take_nothing, "settle"},
    {"state", Verb::kState, take_nothing, "state"},
    {"log", Verb::kLog, take_log, "log [SERVER], or before the start: log SERVER = TERM..."},
    {"progress", Verb::kProgress, take_server, "progress SERVER"},
    {"on-the-way", Verb::kOnTheWay, take_nothing, "on-the-way"},
}};

}  // namespace command

tl::expected<Command, ScriptError> parse_command(std::string_view text, std::size_t line) {
  command::Words words(text);
  const std::string name = words.word();
  const auto* grammar =
      std::find_if(command::kGrammar.begin(), command::kGrammar.end(),
                   [&](const command::Grammar& each) { return each.word == name; });
  if (grammar == command::kGrammar.end()) {
    return tl::unexpected(ScriptError{line, "unknown command '" + name + "'"});
  }
  Command command;
  command.verb = grammar->verb;
  command.line = line;
  grammar->take(words, command);
  const std::string error = words.error();
  if (!error.empty()) {
    return tl::unexpected(ScriptError{line, error + "; usage: " + std::string(grammar->usage)});
  }
  return command;
}

}  // namespace buoyant::scenarios
