#include "console_pages.hpp"

#include <catch2/catch_test_macros.hpp>

#include <edgeward/console/assets.hpp>

namespace edgeward::app {
namespace {

const std::string edition{console::edition()};

}  // namespace

TEST_CASE("the front page is asked for each time and names files that may be kept", "[console_pages]") {
    const auto pages = console_pages();
    CHECK(pages.size() == console::assets().size() + 1);
    const auto& front = pages.at({});
    CHECK(front.content_type == "text/html; charset=utf-8");
    CHECK(front.cache_control == "no-cache");
    CHECK(front.etag == "\"" + edition + "\"");
    CHECK(front.body.find("/console/" + edition + "/main.js") != std::string::npos);
    const auto& script = pages.at({"console", edition, "main.js"});
    CHECK(script.content_type == "text/javascript; charset=utf-8");
    CHECK(script.cache_control == "public, max-age=31536000, immutable");
    CHECK(script.body == console::find("main.js")->content);
}

TEST_CASE("the page may load and ask nothing but its own gateway", "[console_pages]") {
    for (const auto& [path, page] : console_pages()) {
        const auto& policy = page.content_security_policy;
        CHECK(policy.starts_with(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "));
        CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
        CHECK(policy.find("unsafe") == std::string::npos);
    }
}

}  // namespace edgeward::app
