#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <string>

#include "senml.hpp"

using namespace edgeward::mapping;

namespace {

// Every resolved record as "name unit value time", one a line.
std::string resolved(std::string_view json) {
    const auto pack = Tree::parse(json);
    REQUIRE(pack.has_value());
    const auto tree = resolve_senml(*pack);
    if (!tree) return tree.error().reason;
    std::string lines;
    for (const Node* record = tree->first_child(tree->root()); record != nullptr;
         record = tree->next(*record)) {
        for (const char* label : {"n", "u", "v", "vs", "vb", "vd", "s", "t"}) {
            const Node* field = tree->member(*record, label);
            if (field == nullptr) continue;
            lines += std::string(label) + "=" +
                     (field->kind == NodeKind::boolean ? (field->truth ? "true" : "false") : field->text) +
                     " ";
        }
        lines += "\n";
    }
    return lines;
}

}  // namespace

TEST_CASE("the packs of RFC 8428 resolve as the RFC says", "[senml]") {
    // §5.1.1
    CHECK(resolved(R"([{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}])") ==
          "n=urn:dev:ow:10e2073a01080063 u=Cel v=23.1 t=0 \n");
    // §5.1.2, first example
    CHECK(resolved(R"([{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},
                       {"n":"current","u":"A","v":1.2}])") ==
          "n=urn:dev:ow:10e2073a01080063:voltage u=V v=120.1 t=0 \n"
          "n=urn:dev:ow:10e2073a01080063:current u=A v=1.2 t=0 \n");
    // §5.1.2, second example, shortened; resolved times as in §5.1.4. Only sums are written anew.
    CHECK(resolved(R"([{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
                        "n":"voltage","u":"V","v":120.1},
                       {"n":"current","t":-5,"v":1.2},
                       {"n":"current","v":1.7}])") ==
          "n=urn:dev:ow:10e2073a0108006:voltage u=V v=120.1 t=1.276020076001e+09 \n"
          "n=urn:dev:ow:10e2073a0108006:current u=A v=1.2 t=1276020071.001 \n"
          "n=urn:dev:ow:10e2073a0108006:current u=A v=1.7 t=1.276020076001e+09 \n");
    // §5.1.5
    CHECK(resolved(R"([{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},
                       {"n":"label","vs":"Machine Room"},
                       {"n":"open","vb":false},
                       {"n":"nfc-reader","vd":"aGkgCg"}])") ==
          "n=urn:dev:ow:10e2073a01080063:temp u=Cel v=23.1 t=0 \n"
          "n=urn:dev:ow:10e2073a01080063:label vs=Machine Room t=0 \n"
          "n=urn:dev:ow:10e2073a01080063:open vb=false t=0 \n"
          "n=urn:dev:ow:10e2073a01080063:nfc-reader vd=aGkgCg t=0 \n");
}

TEST_CASE("base values are added exactly and only to what they belong to", "[senml]") {
    CHECK(resolved(R"([{"bn":"a","bv":20,"v":0.1},{"v":-20.30,"t":1}])") ==
          "n=a v=20.1 t=0 \nn=a v=-0.30 t=1 \n");
    CHECK(resolved(R"([{"bn":"a","bs":100,"v":1,"s":5}])") == "n=a v=1 s=105 t=0 \n");
    CHECK(resolved(R"([{"bn":"a","bv":1}])").empty());
}

TEST_CASE("a malformed pack is refused", "[senml]") {
    const std::string pack =
        GENERATE(as<std::string>{}, R"({"n":"a","v":1})", "[1]", R"([{"v":1}])", R"([{"n":"-a","v":1}])",
                 R"([{"n":"a b","v":1}])", R"([{"n":"a","v":"1"}])", R"([{"n":5,"v":1}])",
                 R"([{"n":"a","vb":1}])", R"([{"n":"a","v":1,"bver":11}])", R"([{"n":"a","v":1,"x_":1}])",
                 R"([{"n":"a","v":1,"t":"0"}])", R"([{"bn":"a","bv":1,"v":0.0000000001}])");
    CAPTURE(pack);
    CHECK(resolved(pack) == "bad_senml");
}

TEST_CASE("unknown optional fields are passed over", "[senml]") {
    CHECK(resolved(R"([{"n":"a","v":1,"x":"y"}])") == "n=a v=1 t=0 \n");
}
