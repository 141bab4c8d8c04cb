#include "console_pages.hpp"

#include <edgeward/console/assets.hpp>

namespace edgeward::app {
namespace {

// Nothing from elsewhere, nothing inline, nowhere else to send anything, in no frame; and no markup out of
// text.
constexpr const char* content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri "
    "'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

admin::Page page_of(const console::Asset& asset, const char* cache_control) {
    return {std::string(asset.type), asset.content, cache_control,
            "\"" + std::string(console::edition()) + "\"", content_security_policy};
}

}  // namespace

admin::Pages console_pages() {
    admin::Pages pages;
    for (const auto& asset : console::assets()) {
        pages.emplace(
            std::vector<std::string>{"console", std::string(console::edition()), std::string(asset.name)},
            page_of(asset, "public, max-age=31536000, immutable"));
    }
    pages.emplace(std::vector<std::string>{}, page_of(*console::find("index.html"), "no-cache"));
    return pages;
}

}  // namespace edgeward::app
