// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "buoyant/simulation/history.h"
#include "simulation/operation_text.h"
#include "simulation/order_search.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace buoyant::simulation {

namespace {

/// How many operations of a kind are listed in the text of a violation.
constexpr std::size_t kListedMax = 10;

std::map<std::string, Operations> operations_by_key(const History& history,
                                                    const Specification& specification) {
  std::map<std::string, Operations> keys;
  for (const Operation& operation : history) {
    keys[specification.key_of(operation.command)].push_back(&operation);
  }
  for (auto& [key, operations] : keys) {
    std::stable_sort(operations.begin(), operations.end(),
                     [](const Operation* left, const Operation* right) {
                       return left->invoked < right->invoked;
                     });
  }
  return keys;
}

/// The operations that the longest order leaves out and that could come next.
struct Rest {
  Operations known;
  Operations unknown;
};

Rest rest_after(const Operations& operations, const Operations& order) {
  Operations left;
  std::copy_if(operations.begin(), operations.end(), std::back_inserter(left),
               [&](const Operation* operation) {
                 return std::find(order.begin(), order.end(), operation) == order.end();
               });
  Instant first_return = Instant::never();
  for (const Operation* operation : left) {
    first_return = operation->reply ? std::min(first_return, operation->returned) : first_return;
  }
  Rest rest;
  for (const Operation* operation : left) {
    if (operation->invoked <= first_return) {
      (operation->reply ? rest.known : rest.unknown).push_back(operation);
    }
  }
  return rest;
}

std::string line(const Operation& operation) {
  return "\n  " + shown(operation);
}

/// The lines of some of the operations, from `first` on, and how many there are more.
std::string lines(const Operations& operations, std::size_t first = 0) {
  std::string text;
  const std::size_t end = std::min(first + kListedMax, operations.size());
  for (std::size_t i = first; i < end; ++i) {
    text += line(*operations[i]);
  }
  const std::size_t more = operations.size() - end;
  return more == 0 ? text : text + "\n  and " + std::to_string(more) + " more";
}

/// The operations that had to come next, each with the reply that it would have had.
std::string lines_of_misfits(const Operations& operations, const std::string& state,
                             const Specification& specification) {
  std::string text;
  for (const Operation* operation : operations) {
    std::string next = state;
    const Bytes reply = specification.apply(next, operation->command);
    text += line(*operation) + ", not " + shown(reply.text());
  }
  return text;
}

std::string violation_text(const std::string& key, const Operations& operations,
                           const OrderFound& longest, const Specification& specification) {
  const Rest rest = rest_after(operations, longest.order);
  const std::size_t ordered = longest.order.size();
  std::string text = "\"" + shown(key) + "\": no order of the " +
                     std::to_string(operations.size()) +
                     " operations agrees with every reply; one begins with " +
                     std::to_string(ordered) + " of them, the last of which are";
  text += lines(longest.order, ordered - std::min(ordered, kListedMax));
  text += "\nThe state is then \"" + shown(longest.state) + "\". With it, none of these fits:";
  text += lines_of_misfits(rest.known, longest.state, specification);
  if (!rest.unknown.empty()) {
    text += "\nThese of unknown outcome do not help:" + lines(rest.unknown);
  }
  return text;
}

}  // namespace

Linearizability check_linearizability(const History& history, const Specification& specification,
                                      std::uint64_t configurations_max) {
  Linearizability result;
  for (const auto& [key, operations] : operations_by_key(history, specification)) {
    const OrderFound found = OrderSearch(operations, specification, configurations_max).run();
    result.configurations += found.configurations;
    if (found.verdict == OrderFound::Verdict::kGivenUp) {
      result.undecided.push_back(key);
    }
    if (found.verdict == OrderFound::Verdict::kNone) {
      result.violation = violation_text(key, operations, found, specification);
      return result;
    }
  }
  return result;
}

std::optional<std::string> find_nonlinearizable(const History& history,
                                                const Specification& specification) {
  return check_linearizability(history, specification).violation;
}

}  // namespace buoyant::simulation
