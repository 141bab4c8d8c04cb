#include <edgeward/console/assets.hpp>

#include <catch2/catch_test_macros.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace edgeward::console {
namespace {

const std::filesystem::path page = std::filesystem::path(EDGEWARD_SOURCE_DIR) / "src/console/page";

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string with_edition(std::string text) {
    const std::string place = "@EDGEWARD_CONSOLE_EDITION@";
    for (auto at = text.find(place); at != std::string::npos; at = text.find(place))
        text.replace(at, place.size(), edition());
    return text;
}

}  // namespace

TEST_CASE("the program holds every file of the page octet for octet", "[assets]") {
    std::set<std::string> on_disk;
    for (const auto& entry : std::filesystem::directory_iterator(page)) {
        const auto name = entry.path().filename().string();
        on_disk.insert(name);
        INFO(name);
        const auto* held = find(name);
        REQUIRE(held != nullptr);
        CHECK((held->content == with_edition(text_of(entry.path()))));
    }
    CHECK(assets().size() == on_disk.size());
    CHECK(find("../main.js") == nullptr);
}

TEST_CASE("the edition is a name that can stand in an address", "[assets]") {
    CHECK(std::regex_match(std::string(edition()), std::regex("[0-9a-f]{16}")));
    CHECK(find("index.html")->content.find("/console/" + std::string(edition()) + "/main.js") !=
          std::string_view::npos);
}

TEST_CASE("files say what they are", "[assets]") {
    CHECK(find("main.js")->type == "text/javascript; charset=utf-8");
    CHECK(find("console.css")->type == "text/css; charset=utf-8");
    CHECK(find("index.html")->type == "text/html; charset=utf-8");
}

// What the content security policy would refuse, or what could make markup of foreign text, is not written.
TEST_CASE("the page has no inline script, no style attribute and no markup made of text", "[assets]") {
    const std::regex unwanted(
        R"(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|<script>| on[a-z]+="|style=|sessionStorage)");
    for (const auto& one : assets()) {
        INFO(one.name);
        CHECK_FALSE(std::regex_search(one.content.begin(), one.content.end(), unwanted));
        CHECK(one.content.find("http://") == (one.name == "edgeward.svg" || one.name == "dom.js"
                                                  ? one.content.find("http://www.w3.org/2000/svg")
                                                  : std::string_view::npos));
        CHECK(one.content.find("https://") == std::string_view::npos);
    }
}

TEST_CASE("every import names a file that is there", "[assets]") {
    const std::regex import(R"(from '\./([a-z.]+)')");
    std::size_t seen = 0;
    for (const auto& one : assets()) {
        const std::string text(one.content);
        for (std::sregex_iterator at(text.begin(), text.end(), import), end; at != end; ++at, ++seen) {
            INFO(one.name << " imports " << (*at)[1]);
            CHECK(find((*at)[1].str()) != nullptr);
        }
    }
    CHECK(seen > 20);
}

// t('key') and many('key', count) throw for a key that has no text.
TEST_CASE("every text the page asks for by name is there in both languages", "[assets]") {
    const std::string texts(find("texts.js")->content);
    std::set<std::string> known;
    const std::regex entry(R"re(^  '?([A-Za-z_.-]+)'?:\s*\['[^\n]+?',\s*'[^\n]+'\],$)re",
                           std::regex::multiline);
    for (std::sregex_iterator at(texts.begin(), texts.end(), entry), end; at != end; ++at)
        known.insert((*at)[1].str());
    CHECK(known.size() > 300);
    const std::regex asked(R"re(\b(t|many)\('([A-Za-z_.-]+)')re");
    for (const auto& one : assets()) {
        const std::string text(one.content);
        for (std::sregex_iterator at(text.begin(), text.end(), asked), end; at != end; ++at) {
            INFO(one.name << " asks for " << (*at)[2]);
            CHECK(known.contains((*at)[2].str()));
            if ((*at)[1] == "many") CHECK(known.contains((*at)[2].str() + ".one"));
        }
    }
}

}  // namespace edgeward::console
