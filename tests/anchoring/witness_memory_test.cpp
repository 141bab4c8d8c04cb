#include "witness_memory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>

#include "house.hpp"

namespace edgeward::anchoring {

TEST_CASE("what the witness signed is read back with the edge of its tree", "[witness_memory]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "witness.memory";
    CHECK(read_witness_memory(file)->tree.size() == 0);
    WitnessMemory memory;
    for (int i = 0; i < 13; ++i)
        memory.tree.append(crypto::sha256(bytes_of(std::to_string(i))));
    memory.note = Trail::make(10).notes.at(10);
    REQUIRE(write_witness_memory(file, memory));
    const auto read = read_witness_memory(file);
    REQUIRE(read);
    CHECK(read->tree.size() == 13);
    CHECK(read->tree.root() == memory.tree.root());
    CHECK(read->note == memory.note);
}

TEST_CASE("a memory that was changed is corrupt", "[witness_memory]") {
    const support::ScratchFolder folder;
    const auto file = folder.path() / "witness.memory";
    for (const char* text : {"", "edgeward-witness-memory 1\ntree 1 \n",
                             "edgeward-witness-memory 1\ntree 1 00\n", "edgeward-witness-memory 2\ntree 0 \n",
                             "edgeward-witness-memory 1\ntree x \n", "edgeward-witness-memory 1\ntree 0 "}) {
        std::ofstream(file, std::ios::trunc) << text;
        const auto read = read_witness_memory(file);
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::corrupt);
    }
}

}  // namespace edgeward::anchoring
