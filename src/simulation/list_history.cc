// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

// What an operation saw tells its place: the length of the list orders everything, an append
// before the reads that saw the same. It remains to check that the lists are one list, that
// each append stands where it says, and that the order agrees with real time.

#include "buoyant/base/assert.h"
#include "buoyant/simulation/history.h"
#include "simulation/operation_text.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

namespace buoyant::simulation {

namespace {

using Values = std::vector<std::uint64_t>;
using Anomaly = std::optional<std::string>;

std::string shown_list(const Values& values) {
  std::string text;
  for (const std::uint64_t value : values) {
    text += (text.empty() ? "" : " ") + std::to_string(value);
  }
  return "[" + shown(text) + "]";
}

std::string shown(const ListOperation& operation) {
  const std::string what =
      operation.appended == 0 ? "read" : "append " + std::to_string(operation.appended);
  const Instant returned = operation.seen ? operation.returned : Instant::never();
  return shown_call(operation.client, operation.invoked, returned) + ": " + what + " -> " +
         (operation.seen ? shown_list(*operation.seen) : "?");
}

Anomaly anomaly(const std::string& what, const ListOperation& first, const ListOperation& second) {
  return what + ":\n  " + shown(first) + "\n  " + shown(second);
}

Anomaly anomaly(const std::string& what, const ListOperation& operation) {
  return what + ":\n  " + shown(operation);
}

std::vector<const ListOperation*> by_call(const std::vector<ListOperation>& history) {
  std::vector<const ListOperation*> calls;
  calls.reserve(history.size());
  for (const ListOperation& operation : history) {
    calls.push_back(&operation);
  }
  std::stable_sort(calls.begin(), calls.end(), [](const auto* left, const auto* right) {
    return left->invoked < right->invoked;
  });
  return calls;
}

/// Those with a known outcome.
std::vector<const ListOperation*> by_return(const std::vector<ListOperation>& history) {
  std::vector<const ListOperation*> returns;
  for (const ListOperation& operation : history) {
    if (operation.seen) {
      returns.push_back(&operation);
    }
  }
  std::stable_sort(returns.begin(), returns.end(), [](const auto* left, const auto* right) {
    return left->returned < right->returned;
  });
  return returns;
}

class ListHistory {
 public:
  explicit ListHistory(const std::vector<ListOperation>& history) : history_(history) {
    for (const ListOperation& operation : history) {
      BUOYANT_ASSERT(operation.invoked <= operation.returned);
      if (operation.appended != 0) {
        const bool is_new = appends_.emplace(operation.appended, &operation).second;
        BUOYANT_ASSERT(is_new);
      }
      const bool is_longer =
          operation.seen && (longest_ == nullptr || operation.seen->size() > list().size());
      longest_ = is_longer ? &operation : longest_;
    }
  }

  Anomaly find() {
    if (longest_ == nullptr) {
      return std::nullopt;
    }
    Anomaly found = find_fork();
    found = found ? found : find_wrong_value();
    found = found ? found : find_misplaced_append();
    return found ? found : find_time_travel();
  }

 private:
  [[nodiscard]] const Values& list() const { return *longest_->seen; }

  /// Two lists of which none begins the other.
  [[nodiscard]] Anomaly find_fork() const {
    for (const ListOperation& operation : history_) {
      const bool is_prefix = !operation.seen || std::equal(operation.seen->begin(),
                                                           operation.seen->end(), list().begin());
      if (!is_prefix) {
        return anomaly("two lists of which none begins the other", operation, *longest_);
      }
    }
    return std::nullopt;
  }

  /// A value that is there twice, or that nobody appended.
  Anomaly find_wrong_value() {
    for (std::size_t i = 0; i < list().size(); ++i) {
      const std::uint64_t value = list()[i];
      if (!places_.emplace(value, i).second) {
        return anomaly("the value " + std::to_string(value) + " is there twice", *longest_);
      }
      if (appends_.count(value) == 0) {
        return anomaly(
            "the value " + std::to_string(value) + " was never appended, or its append was refused",
            *longest_);
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Anomaly find_misplaced_append() const {
    for (const auto& [value, append] : appends_) {
      const bool is_blind =
          append->seen && (append->seen->empty() || append->seen->back() != value);
      if (is_blind) {
        return anomaly("an append does not see its own value last", *append);
      }
    }
    return std::nullopt;
  }

  /// The longest list that an operation which returned earlier may have seen. Nothing: any.
  [[nodiscard]] std::optional<std::size_t> seen_earlier_max(const ListOperation& operation) const {
    if (operation.appended == 0) {
      return operation.seen ? std::optional(operation.seen->size()) : std::nullopt;
    }
    // An append of unknown outcome may be absent; where it is present, it has a place as well.
    const auto place = places_.find(operation.appended);
    return place == places_.end() ? std::nullopt : std::optional(place->second);
  }

  /// An operation that saw more than a later one, or a value before its append was invoked.
  [[nodiscard]] Anomaly find_time_travel() const {
    const std::vector<const ListOperation*> returned = by_return(history_);
    auto next = returned.begin();
    const ListOperation* most = nullptr;
    for (const ListOperation* operation : by_call(history_)) {
      for (; next != returned.end() && (*next)->returned < operation->invoked; ++next) {
        const bool is_more = most == nullptr || (*next)->seen->size() > most->seen->size();
        most = is_more ? *next : most;
      }
      const auto max = seen_earlier_max(*operation);
      if (most != nullptr && max && most->seen->size() > *max) {
        return anomaly(operation->appended == 0
                           ? "a read sees less than an operation that had returned before"
                           : "a value was seen before its append was invoked",
                       *most, *operation);
      }
    }
    return std::nullopt;
  }

  const std::vector<ListOperation>& history_;
  std::map<std::uint64_t, const ListOperation*> appends_;
  /// Where each value stands in the longest list.
  std::map<std::uint64_t, std::size_t> places_;
  const ListOperation* longest_ = nullptr;
};

}  // namespace

std::optional<std::string> find_list_anomaly(const std::vector<ListOperation>& history) {
  return ListHistory(history).find();
}

}  // namespace buoyant::simulation
