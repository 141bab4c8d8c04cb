#include "page_answer.hpp"

#include <catch2/catch_test_macros.hpp>

namespace edgeward::admin {
namespace {

const Page page{"text/html; charset=utf-8", "<!doctype html>", "no-cache", "\"1\"", "default-src 'none'"};

}  // namespace

TEST_CASE("a page is given as what it is", "[page_answer]") {
    const auto answer = answer_with(page, "GET", "");
    CHECK(answer.response.status == 200);
    CHECK(answer.response.content_type == "text/html; charset=utf-8");
    CHECK(answer.response.body == "<!doctype html>");
}

TEST_CASE("a page that the browser has is not sent again", "[page_answer]") {
    CHECK(answer_with(page, "GET", "\"1\"").response.status == 304);
    CHECK(answer_with(page, "GET", "\"1\"").response.body.empty());
    CHECK(answer_with(page, "GET", "\"2\"").response.status == 200);
}

TEST_CASE("a page is read and nothing else", "[page_answer]") {
    const auto answer = answer_with(page, "POST", "");
    CHECK(answer.response.status == 405);
    CHECK(answer.allow == "GET, HEAD");
    CHECK(answer.response.body.find("doctype") == std::string::npos);
}

}  // namespace edgeward::admin
