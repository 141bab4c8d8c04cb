#include <edgeward/audit/hash_chain.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace edgeward::audit {
namespace {

// Reference vectors of Certificate Transparency: leaf inputs, and the root after each
// (transparency-dev/merkle, testonly/constants.go; also computed by a recursive MTH after RFC 6962, 2.1 in
// Python).
constexpr std::array<std::string_view, 8> leaves = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr std::array<std::string_view, 9> roots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Bytes leaf(std::size_t index) {
    Bytes octets;
    REQUIRE(from_hex(leaves.at(index), octets));
    return octets;
}

}  // namespace

TEST_CASE("the roots are those of the Certificate Transparency vectors", "[merkle_tree]") {
    MerkleTree tree;
    CHECK(to_hex(tree.root()) == roots[0]);
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        tree.append(leaf(i));
        CHECK(tree.size() == i + 1);
        CHECK(to_hex(tree.root()) == roots.at(i + 1));
    }
}

TEST_CASE("a tree restored from its edge goes on as if it had never been saved", "[merkle_tree]") {
    for (std::size_t saved = 0; saved <= leaves.size(); ++saved) {
        MerkleTree tree;
        for (std::size_t i = 0; i < saved; ++i)
            tree.append(leaf(i));
        MerkleTree restored = MerkleTree::restore(tree.size(), tree.edge()).value();
        for (std::size_t i = saved; i < leaves.size(); ++i)
            restored.append(leaf(i));
        CHECK(to_hex(restored.root()) == roots.back());
    }
}

TEST_CASE("an edge that does not fit its size is corrupt", "[merkle_tree]") {
    const auto restored = MerkleTree::restore(3, {crypto::Digest{}});
    REQUIRE_FALSE(restored);
    CHECK(restored.error().kind == ErrorKind::corrupt);
}

}  // namespace edgeward::audit
