#include <edgeward/anchoring/anchor_settings.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::anchoring {
namespace {

std::size_t problems(const std::string& text) {
    auto document = config::Document::parse(text, "x.toml");
    (void)read_witness_settings(document.root().table("witness"));
    document.refuse_unread_keys();
    return document.problems().size();
}

}  // namespace

TEST_CASE("a witness that is enabled needs an https URL a name and a key", "[witness_settings]") {
    CHECK(problems("") == 0);
    CHECK(problems("[witness]\nenabled = true\n") == 3);
    const std::string rest = "name = \"witness.example\"\nkey = \"witness-key\"\n";
    CHECK(problems("[witness]\nenabled = true\nurl = \"https://witness.example\"\n" + rest) == 0);
    CHECK(problems("[witness]\nenabled = true\nurl = \"http://witness.example\"\n" + rest) == 1);
    CHECK(problems("[witness]\nenabled = true\nurl = \"https://w.example\"\nname = \"a b\"\nkey = \"k\"\n") ==
          1);
}

}  // namespace edgeward::anchoring
