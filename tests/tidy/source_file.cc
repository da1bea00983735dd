// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tidy/source_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace buoyant::tidy {

namespace source_file {

namespace fs = std::filesystem;

bool is_skipped_folder(std::string_view name) {
  return name == "build" || name == "demo-data" || name == ".git" || name == ".cache";
}

bool is_text(std::string_view path) {
  constexpr std::array<std::string_view, 11> kEndings = {
      ".h", ".c", ".cc", ".fbs", ".sh", ".cmake", ".txt", ".md", ".json", ".yml", "/.clang-tidy"};
  const bool ends = std::any_of(kEndings.begin(), kEndings.end(),
                                [&](std::string_view ending) { return path.ends_with(ending); });
  return ends || path == "dev" || path == ".ci/run";
}

/// What a scanner of C++ text is inside of.
enum class Inside { kCode, kLineComment, kBlockComment, kString, kCharacter, kRawString };

/// Blanks comments and literals, character by character; a raw string's end is remembered.
class Blanker {
 public:
  std::string line(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    if (inside_ == Inside::kLineComment || inside_ == Inside::kString ||
        inside_ == Inside::kCharacter) {
      inside_ = Inside::kCode;
    }
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t used = inside_ == Inside::kCode ? in_code(text, at) : in_other(text, at);
      const bool is_kept = keep_;
      out.append(is_kept ? text.substr(at, used) : std::string(used, ' '));
      at += used;
    }
    return out;
  }

 private:
  std::size_t in_code(const std::string& text, std::size_t at) {
    const std::string_view rest = std::string_view(text).substr(at);
    keep_ = false;
    if (rest.starts_with("//")) {
      inside_ = Inside::kLineComment;
      return 2;
    }
    if (rest.starts_with("/*")) {
      inside_ = Inside::kBlockComment;
      return 2;
    }
    if (rest.starts_with("R\"")) {
      const std::size_t open = rest.find('(');
      raw_end_ = ")" + std::string(rest.substr(2, open - 2)) + "\"";
      inside_ = Inside::kRawString;
      return open == std::string_view::npos ? rest.size() : open + 1;
    }
    keep_ = true;
    if (rest[0] == '"') {
      inside_ = Inside::kString;
    } else if (rest[0] == '\'' && !is_digit_separator(text, at)) {
      inside_ = Inside::kCharacter;
    }
    return 1;
  }

  std::size_t in_other(const std::string& text, std::size_t at) {
    const std::string_view rest = std::string_view(text).substr(at);
    const bool quoted = inside_ == Inside::kString || inside_ == Inside::kCharacter;
    keep_ = false;
    if (quoted && rest[0] == '\\') {
      return std::min<std::size_t>(2, rest.size());
    }
    if (quoted && rest[0] == (inside_ == Inside::kString ? '"' : '\'')) {
      inside_ = Inside::kCode;
      keep_ = true;
      return 1;
    }
    if (inside_ == Inside::kBlockComment && rest.starts_with("*/")) {
      inside_ = Inside::kCode;
      return 2;
    }
    if (inside_ == Inside::kRawString && rest.starts_with(raw_end_)) {
      inside_ = Inside::kCode;
      return raw_end_.size();
    }
    return 1;
  }

  static bool is_digit_separator(const std::string& text, std::size_t at) {
    return at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0;
  }

  Inside inside_ = Inside::kCode;
  bool keep_ = false;
  std::string raw_end_;
};

}  // namespace source_file

SourceFile make_source(std::string path, std::string_view text) {
  SourceFile file{std::move(path), {}};
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) {
    file.lines.push_back(line);
  }
  return file;
}

std::vector<SourceFile> load_project() {
  namespace fs = std::filesystem;
  const fs::path top = BUOYANT_SOURCE_DIR;
  std::vector<SourceFile> files;
  for (auto at = fs::recursive_directory_iterator(top); at != fs::recursive_directory_iterator();
       ++at) {
    if (at->is_directory() && source_file::is_skipped_folder(at->path().filename().string())) {
      at.disable_recursion_pending();
      continue;
    }
    const std::string path = fs::relative(at->path(), top).generic_string();
    if (at->is_regular_file() && source_file::is_text(path)) {
      std::ifstream stream(at->path());
      std::stringstream text;
      text << stream.rdbuf();
      files.push_back(make_source(path, text.str()));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& left, const SourceFile& right) { return left.path < right.path; });
  return files;
}

bool is_cpp(const SourceFile& file) {
  return file.path.ends_with(".h") || file.path.ends_with(".cc") || file.path.ends_with(".c");
}

bool is_source(const SourceFile& file) {
  return is_cpp(file) || file.path.ends_with(".fbs") || file.path.ends_with(".sh") ||
         file.path.ends_with(".cmake") || file.path.ends_with("CMakeLists.txt") ||
         file.path == "dev" || file.path == ".ci/run";
}

std::vector<std::string> code_of(const SourceFile& file) {
  source_file::Blanker blanker;
  std::vector<std::string> code;
  code.reserve(file.lines.size());
  for (const std::string& line : file.lines) {
    code.push_back(blanker.line(line));
  }
  return code;
}

std::string report(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.message + "\n";
  }
  return text;
}

}  // namespace buoyant::tidy
