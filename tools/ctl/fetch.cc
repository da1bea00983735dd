// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "tools/ctl/fetch.h"

#include "buoyant/base/assert.h"
#include "tools/ctl/words.h"

#include <algorithm>
#include <curl/curl.h>
#include <memory>
#include <system_error>

namespace buoyant::ctl {

namespace {

using Easy = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using Multi = std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)>;

/// libcurl takes what was written less than it gave as an error.
std::size_t take(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& body = *static_cast<std::string*>(data);
  if (body.size() + size * count > kAnswerBytesMax) {
    return 0;
  }
  body.append(bytes, size * count);
  return size * count;
}

Easy begin(const Request& request, std::string& body, std::chrono::milliseconds limit) {
  Easy easy(curl_easy_init(), &curl_easy_cleanup);
  BUOYANT_ASSERT(easy != nullptr);
  CURL* const handle = easy.get();
  curl_easy_setopt(handle, CURLOPT_URL, ("http://" + request.endpoint + request.target).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "buoyant-ctl");
  if (request.is_post) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, "");
  }
  return easy;
}

/// libcurl's own words are for those who know it.
std::string error_text(CURLcode code, CURL* handle, std::chrono::milliseconds limit) {
  if (code == CURLE_OK) {
    return "";
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return "no answer within " + duration_text(static_cast<double>(limit.count()));
  }
  if (code == CURLE_COULDNT_RESOLVE_HOST) {
    return "its name is not known";
  }
  if (code == CURLE_GOT_NOTHING) {
    return "it closed the connection without an answer";
  }
  if (code == CURLE_WRITE_ERROR) {
    return "its answer is longer than 16 MiB";
  }
  if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY) {
    return "what answers there does not speak HTTP";
  }
  long system_error = 0;
  curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &system_error);
  return code == CURLE_COULDNT_CONNECT && system_error != 0
             ? std::generic_category().message(static_cast<int>(system_error))
             : curl_easy_strerror(code);
}

/// Until none is under way. libcurl keeps to the limit of each.
void run_all(CURLM* multi) {
  constexpr int kWaitMs = 1000;
  for (int running = 1; running > 0;) {
    BUOYANT_ASSERT(curl_multi_perform(multi, &running) == CURLM_OK);
    if (running > 0) {
      BUOYANT_ASSERT(curl_multi_poll(multi, nullptr, 0, kWaitMs, nullptr) == CURLM_OK);
    }
  }
}

}  // namespace

std::vector<Answer> fetch(const std::vector<Request>& requests, std::chrono::milliseconds limit) {
  const Multi multi(curl_multi_init(), &curl_multi_cleanup);
  BUOYANT_ASSERT(multi != nullptr);
  std::vector<Answer> answers(requests.size());
  std::vector<Easy> handles;
  for (std::size_t at = 0; at < requests.size(); ++at) {
    handles.push_back(begin(requests[at], answers[at].body, limit));
    BUOYANT_ASSERT(curl_multi_add_handle(multi.get(), handles.back().get()) == CURLM_OK);
  }
  run_all(multi.get());
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(multi.get(), &left)) {
    const auto at = std::find_if(handles.begin(), handles.end(), [&](const Easy& easy) {
      return easy.get() == message->easy_handle;
    });
    Answer& answer = answers[static_cast<std::size_t>(at - handles.begin())];
    answer.error = error_text(message->data.result, message->easy_handle, limit);
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &answer.status);
    long sent_bytes = 0;
    curl_easy_getinfo(message->easy_handle, CURLINFO_REQUEST_SIZE, &sent_bytes);
    answer.was_sent = sent_bytes > 0;
  }
  for (const Easy& easy : handles) {
    curl_multi_remove_handle(multi.get(), easy.get());
  }
  return answers;
}

}  // namespace buoyant::ctl
