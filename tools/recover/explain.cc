// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/recover/explain.h"

#include "tools/common/describe.h"

#include <cstdint>

namespace buoyant::recover_tool {

namespace {

using tools::hex;
using tools::Json;
using tools::json_of;
using tools::number;
using tools::text_of;

std::string findings(const Plan& plan) {
  const std::string voted = plan.hard_state.voted_for.is_set()
                                ? "voted for " + number(plan.hard_state.voted_for.value())
                                : "no vote";
  std::string text = "server " + number(plan.identity.server.value()) + " of cluster \"" +
                     plan.identity.cluster + "\", incarnation " + hex(plan.identity.incarnation) +
                     "\nterm " + number(plan.hard_state.term.value()) + ", " + voted + "\nlog: ";
  if (plan.last == plan.base) {
    text += "no entries behind " + text_of(plan.last);
  } else {
    text +=
        "from entry " + number(plan.base.index.next().value()) + " through " + text_of(plan.last);
  }
  const LogPosition snapshot = plan.snapshot.id.position;
  text += "\nsnapshot: " + (snapshot.index.is_set() ? "through " + text_of(snapshot) : "none");
  text += "\nnot known to be committed: ";
  text += plan.undecided.empty() ? "nothing"
                                 : number(plan.undecided.count()) + " entries, " +
                                       number(plan.undecided.first.value()) + " to " +
                                       number(plan.undecided.last.value());
  text += "\nmembers since entry " + number(plan.present.index.value()) + ": " +
          text_of(plan.present.configuration) + "\nmembers to be: " + text_of(plan.wanted) + "\n";
  return text;
}

/// What must be ensured by who does this: nobody can check it here.
std::string conditions(const Plan& plan) {
  std::string text =
      "Do this only if a majority of the present members is lost for ever; else start them and\n"
      "change the membership. Do it on one server only: the one of those that are left whose last\n"
      "entry has the greatest term and, among these, the greatest index. Here it is " +
      text_of(plan.last) + ".\n";
  if (!plan.dropped.empty()) {
    text +=
        "These must never run again with the data that they have: " + text_of(plan.dropped) + ".\n";
  }
  if (plan.wanted.members.size() > 1) {
    text +=
        "The other new members start with their data, if their last entry is not greater than\n"
        "the one here: what differs is overwritten. Or they are wiped, and start empty.\n";
  }
  if (!plan.dropped.empty() || plan.wanted.members.size() > 1) {
    text +=
        "A server that starts empty waits to be added (--join). Told to begin with the first\n"
        "list of members, it would begin the lost cluster anew, beside this one.\n";
  }
  if (!plan.added.empty()) {
    text += "These are no members yet, and must start empty: " + text_of(plan.added) + ".\n";
  }
  return text;
}

std::string consequences(const Plan& plan) {
  std::string text = "The members to be are put behind the log here, as " +
                     text_of(plan.position()) +
                     ". Then\n"
                     "- entries that only others have are lost, also where clients were told that\n"
                     "  they are committed;\n";
  if (!plan.undecided.empty()) {
    text +=
        "- entries here that were not committed become so, also where clients were told that\n"
        "  they are not: at most " +
        number(plan.undecided.count()) + ";\n";
  }
  if (!plan.dropped.empty()) {
    text += "- dropped are " + text_of(plan.dropped) + ";\n";
  }
  return text + "- the cluster serves when " + number(plan.quorum()) + " of its " +
         number(plan.wanted.members.size()) + " new voters run.\n";
}

}  // namespace

std::string explain(const Plan& plan) {
  if (plan.is_done()) {
    return findings(plan) + "\nThese are the members already: there is nothing to be done.\n";
  }
  return findings(plan) + "\n" + conditions(plan) + "\n" + consequences(plan);
}

std::string to_json(const Plan& plan, bool changed) {
  const Configuration& present = plan.present.configuration;
  Json json = {{"cluster", plan.identity.cluster},
               {"server", plan.identity.server.value()},
               {"incarnation", hex(plan.identity.incarnation)},
               {"term", plan.hard_state.term.value()},
               {"voted_for", plan.hard_state.voted_for.value()},
               {"first", plan.base.index.next().value()},
               {"last", json_of(plan.last)},
               {"snapshot", json_of(plan.snapshot.id.position)},
               {"not_known_to_be_committed", plan.undecided.count()},
               {"configuration_index", plan.present.index.value()},
               {"members", json_of(present.members)},
               {"outgoing", json_of(present.outgoing)},
               {"members_to_be", json_of(plan.wanted.members)},
               {"dropped", json_of(plan.dropped)},
               {"added", json_of(plan.added)},
               {"nothing_to_do", plan.is_done()},
               {"changed", changed}};
  if (!plan.is_done()) {
    json["appended"] = json_of(plan.position());
  }
  return tools::dumped(json);
}

}  // namespace buoyant::recover_tool
