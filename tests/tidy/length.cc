// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/rules.h"

#include <optional>
#include <regex>
#include <string>

namespace buoyant::tidy {

namespace length {

bool is_blank(char character) {
  return std::isspace(static_cast<unsigned char>(character)) != 0;
}

/// True when the text before a brace opens a function's body: it has a parameter list and does
/// not name a namespace or a type.
bool is_function_head(const std::string& head) {
  static const std::regex kTemplate(R"(^\s*template\s*<[^()]*?>\s*(?=[a-zA-Z\[]))");
  static const std::regex kOther(R"(^\s*(inline\s+)?(namespace|class|struct|union|enum|extern)\b)");
  const std::string bare = std::regex_replace(head, kTemplate, "");
  const bool has_parameters = bare.find(')') != std::string::npos;
  return has_parameters && !std::regex_search(bare, kOther);
}

/// Follows the braces of a file and measures the outermost functions.
class FunctionMeter {
 public:
  explicit FunctionMeter(const SourceFile& file) : file_(file) {}

  std::vector<Finding> measure() {
    const std::vector<std::string> code = code_of(file_);
    bool continues = false;
    for (std::size_t line = 0; line < code.size(); ++line) {
      const bool is_directive = continues || is_preprocessor(code[line]);
      continues = is_directive && file_.lines[line].ends_with('\\');
      for (const char character : is_directive ? std::string() : code[line] + "\n") {
        take(character, line + 1);
      }
    }
    return std::move(findings_);
  }

 private:
  static bool is_preprocessor(const std::string& line) {
    const std::size_t first = line.find_first_not_of(" \t");
    return first != std::string::npos && line[first] == '#';
  }

  void take(char character, std::size_t line) {
    if (body_depth_ == 0) {
      outside_function(character, line);
    } else if (character == '{') {
      ++body_depth_;
    } else if (character == '}' && --body_depth_ == 0) {
      closed_at_ = line;
    }
  }

  void outside_function(char character, std::size_t line) {
    // A body that is followed by a comma or another brace was a member's initialiser.
    if (closed_at_ && !is_blank(character)) {
      if (character != ',' && character != '{') {
        finish();
      }
      closed_at_.reset();
    }
    if (character == '{' && is_function_head(head_)) {
      body_depth_ = 1;
    } else if (character == ';' || character == '{' || character == '}') {
      head_.clear();
    } else if (!head_.empty() || !is_blank(character)) {
      head_line_ = head_.empty() ? line : head_line_;
      head_ += character;
    }
  }

  void finish() {
    const std::size_t count = *closed_at_ - head_line_ + 1;
    if (count > kFunctionLinesMax) {
      findings_.push_back({file_.path, head_line_,
                           "a function of " + std::to_string(count) + " lines, more than " +
                               std::to_string(kFunctionLinesMax)});
    }
    head_.clear();
  }

  const SourceFile& file_;
  std::string head_;
  std::size_t head_line_ = 0;
  std::size_t body_depth_ = 0;
  std::optional<std::size_t> closed_at_;
  std::vector<Finding> findings_;
};

}  // namespace length

std::vector<Finding> check_file_length(const SourceFile& file) {
  if (!is_source(file) || file.lines.size() <= kFileLinesMax) {
    return {};
  }
  return {
      {file.path, 0,
       std::to_string(file.lines.size()) + " lines, more than " + std::to_string(kFileLinesMax)}};
}

std::vector<Finding> check_function_length(const SourceFile& file) {
  if (!is_cpp(file)) {
    return {};
  }
  // The end of the file closes the last function as anything else would.
  SourceFile whole = file;
  whole.lines.emplace_back(";");
  return length::FunctionMeter(whole).measure();
}

}  // namespace buoyant::tidy
