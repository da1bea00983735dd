// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tests/tools/sim/browser.h"

#include "tests/support/process/process.h"
#include "tests/support/temporary_folder.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <sstream>

namespace buoyant::sim_tool {

namespace browser {

/// Before everything else in the page: it hears of every error. Frames are timers: they pass with
/// the virtual time, which does not wait for others.
constexpr const char* kListener = R"(<script>
window.notes = {};
window.requestAnimationFrame = (draw) => setTimeout(() => draw(performance.now()), 16);
window.addEventListener('error', (event) => {
  window.notes.error = `${event.message} in line ${event.lineno}`;
});
</script>)";

/// After everything else: the notes become a part of the document.
constexpr const char* kWriter = R"(
const writeNotes = () => {
  const written = document.createElement('script');
  written.type = 'application/json';
  written.id = 'notes';
  written.textContent = JSON.stringify(window.notes).replaceAll('<', '\\u003c');
  document.body.append(written);
};
trial().then(() => { window.notes.done = ''; }, (error) => { window.notes.error = error.stack; })
  .finally(writeNotes);
)";

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// `text` with `added` at a place.
std::string with(std::string text, std::size_t at, const std::string& added) {
  return text.insert(at, added);
}

Notes notes_in(const std::string& document) {
  const std::string begin = R"(<script type="application/json" id="notes">)";
  const std::size_t at = document.rfind(begin);
  if (at == std::string::npos) {
    return {{"browser", "no notes in the document: " + document.substr(0, 2000)}};
  }
  const std::size_t from = at + begin.size();
  return nlohmann::json::parse(document.substr(from, document.find("</script>", from) - from))
      .get<Notes>();
}

}  // namespace browser

Notes try_page(const std::string& page, const std::string& script) {
  const tests::TemporaryFolder folder;
  const std::string path = (folder.path() / "page.html").string();
  const std::string document = (folder.path() / "document").string();
  std::string tried = browser::with(page, page.find("<head>") + 6, browser::kListener);
  tried = browser::with(tried, tried.rfind("</body>"),
                        "<script>" + script + browser::kWriter + "</script>");
  std::ofstream(path) << tried;
  // Its time is its own: timers and frames follow each other at once, up to a minute of them.
  process::Process chromium(
      {.argv = {"/usr/bin/env", "chromium", "--headless", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--no-first-run",
                "--user-data-dir=" + (folder.path() / "profile").string(), "--window-size=1280,720",
                "--virtual-time-budget=60000", "--dump-dom", "file://" + path},
       .stdout_path = document,
       .stderr_path = (folder.path() / "errors").string()});
  const auto ended = chromium.wait(process::Clock::now() + std::chrono::seconds(60));
  if (!ended) {
    return {{"browser", "chromium takes too long"}};
  }
  if (ended->code != 0) {
    return {{"browser", "chromium (is it installed?) ends with " + std::to_string(ended->code) +
                            ": " + browser::read((folder.path() / "errors").string())}};
  }
  return browser::notes_in(browser::read(document));
}

}  // namespace buoyant::sim_tool
