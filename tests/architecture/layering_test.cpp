#include "layering.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "support/scratch_folder.hpp"

using edgeward::architecture::breaches;

namespace {

// A small house without a breach: core, model, two effects and the app.
class SmallHouse {
public:
    SmallHouse() {
        write("include/edgeward/core/bytes.hpp", "#pragma once\n");
        write("include/edgeward/model/value.hpp", "#pragma once\n#include <edgeward/core/bytes.hpp>\n");
        write("include/edgeward/coding/units.hpp", "#pragma once\n#include <edgeward/model/value.hpp>\n");
        write("include/edgeward/store/store.hpp", "#pragma once\n#include \"edgeward/store/row.hpp\"\n");
        write("include/edgeward/store/row.hpp", "#pragma once\n");
        write("include/edgeward/vault/vault.hpp", "#pragma once\n");
        write("src/store/store.cpp", "#include <edgeward/store/store.hpp>\n#include \"private.hpp\"\n");
        write("src/store/private.hpp", "#pragma once\n");
        write("tests/store/store_test.cpp", "");
        write("src/app/main.cpp",
              "#include <edgeward/coding/units.hpp>\n#include <edgeward/store/store.hpp>\n"
              "#include <edgeward/vault/vault.hpp>\n");
    }
    void write(const std::string& path, const std::string& content) const {
        folder_.write(path, content, std::ios::app);
    }
    [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }

private:
    edgeward::support::ScratchFolder folder_;
};

std::string lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += "//\n";
    return text;
}

}  // namespace

TEST_CASE("Edgeward keeps the rules of its house", "[architecture]") {
    const auto found = breaches(EDGEWARD_SOURCE_DIR);
    for (const std::string& breach : found)
        UNSCOPED_INFO(breach);
    CHECK(found.empty());
}

TEST_CASE("a house without a breach passes", "[architecture]") {
    const SmallHouse house;
    CHECK(breaches(house.root()) == std::vector<std::string>{});
}

TEST_CASE("every breach is found at its place", "[architecture]") {
    struct Case {
        std::string path;
        std::string content;
        std::string breach;
    };
    const auto [path, content, breach] = GENERATE(values<Case>({
        {"include/edgeward/core/bytes.hpp", "#include <edgeward/model/value.hpp>\n",
         "include/edgeward/core/bytes.hpp:2: core may not include model"},
        {"src/store/private.hpp", "#include <edgeward/vault/vault.hpp>\n",
         "src/store/private.hpp:2: store may not include vault"},
        {"include/edgeward/model/value.hpp", "#  include \"edgeward/coding/units.hpp\"\n",
         "include/edgeward/model/value.hpp:3: model may not include coding"},
        {"src/store/private.hpp", "#include <edgeward/store/gone.hpp>\n",
         "src/store/private.hpp:2: includes a contract that is not there: edgeward/store/gone.hpp"},
        {"include/edgeward/vault/vault.hpp", "#include <openssl/evp.h>\n",
         "include/edgeward/vault/vault.hpp:2: a contract includes a mechanism: openssl/evp.h"},
        {"include/edgeward/vault/vault.hpp", "#include <boost/asio.hpp>\n",
         "include/edgeward/vault/vault.hpp:2: a contract includes a mechanism: boost/asio.hpp"},
        {"include/edgeward/vault/vault.hpp", "#include <nlohmann/json.hpp>\n",
         "include/edgeward/vault/vault.hpp:2: a contract includes a mechanism: nlohmann/json.hpp"},
        {"src/store/private.hpp", "#include <sqlcipher/sqlite3.h>\n",
         "src/store/private.hpp:2: only database may include sqlcipher/sqlite3.h"},
        {"src/store/private.hpp", "#include <mqtt/async_client.h>\n",
         "src/store/private.hpp:2: only ingest may include mqtt/async_client.h"},
        {"src/app/main.cpp", "#include \"../store/private.hpp\"\n",
         "src/app/main.cpp:4: includes a private header of another module: ../store/private.hpp"},
        {"src/app/main.cpp", "#include \"private.hpp\"\n",
         "src/app/main.cpp:4: includes a private header of another module: private.hpp"},
        {"include/edgeward/vault/vault.hpp", "#include \"private.hpp\"\n",
         "include/edgeward/vault/vault.hpp:2: a contract includes a private header"},
        {"include/edgeward/vault/secret.hpp", "#pragma once\n",
         "include/edgeward/vault/secret.hpp:1: no second module uses this contract"},
        {"src/store/extra.cpp", "\n", "src/store/extra.cpp:1: has no test of the same name"},
        {"src/app/gateway.cpp", "\n", "src/app/gateway.cpp:1: has no test of the same name"},
        {"src/store/private.hpp", lines(200), "src/store/private.hpp:201: is longer than 200 lines"},
        {"src/store/store.cpp", lines(400), "src/store/store.cpp:402: is longer than 400 lines"},
        {"src/store/store.cpp", "// TODO: later\n", "src/store/store.cpp:3: leaves work for later"},
        {"src/store/store.cpp", "int XXX;\n", "src/store/store.cpp:3: leaves work for later"},
        {"src/store/store.cpp", "void f() {\n    co_await send({a, b});\n}\n",
         "src/store/store.cpp:4: a braced temporary in a co_await expression"},
        {"src/util/text.hpp", "#pragma once\n", "src/util/text.hpp:1: is in no module of the layer table"},
    }));
    const SmallHouse house;
    house.write(path, content);
    CHECK(breaches(house.root()) == std::vector<std::string>{breach});
}

TEST_CASE("a temporary name pattern is no word left for later", "[architecture]") {
    const SmallHouse house;
    house.write("src/store/store.cpp", "const char* name = \"edgeward-XXXXXX\";\n");
    CHECK(breaches(house.root()).empty());
}

TEST_CASE("a budget filled to its last line is kept", "[architecture]") {
    const SmallHouse house;
    house.write("src/store/private.hpp", lines(199));
    house.write("src/store/store.cpp", lines(398));
    CHECK(breaches(house.root()).empty());
}
