// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "examples/demo/screen.h"

#include <string>

namespace demo {

Screen::Screen(std::FILE* out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {
  if (is_terminal_) {
    std::fputs("\x1b[?25l", out_);  // Hides the cursor.
  }
}

Screen::~Screen() {
  if (is_terminal_) {
    std::fputs("\x1b[?25h", out_);
    std::fflush(out_);
  }
}

void Screen::show(const Picture& picture) {
  if (is_terminal_) {
    redraw(picture);
  } else {
    report(picture);
  }
  std::fflush(out_);
}

void Screen::redraw(const Picture& picture) {
  std::string text;
  if (lines_drawn_ > 0) {
    text += "\x1b[" + std::to_string(lines_drawn_) + "A";
  }
  const std::vector<std::string> lines = draw(picture, true);
  for (const std::string& line : lines) {
    text += line + "\x1b[K\n";
  }
  lines_drawn_ = lines.size();
  std::fwrite(text.data(), 1, text.size(), out_);
}

void Screen::report(const Picture& picture) {
  for (; events_shown_ < picture.events.size(); ++events_shown_) {
    std::fprintf(out_, "%6.1f s  %s\n", picture.seconds, picture.events[events_shown_].c_str());
    reported_at_ = picture.seconds;
  }
  if (picture.seconds - reported_at_ >= 1) {
    std::fprintf(out_, "%6.1f s  %s of %s lines echoed\n", picture.seconds,
                 grouped(picture.acknowledged).c_str(), grouped(picture.lines).c_str());
    reported_at_ = picture.seconds;
  }
}

}  // namespace demo
