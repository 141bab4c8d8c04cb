#include <edgeward/audit/witness.hpp>

#include <catch2/catch_test_macros.hpp>

#include <array>

namespace edgeward::audit {
namespace {

// Reference vectors of Certificate Transparency (transparency-dev/merkle, testonly/constants.go): the leaves
// of merkle_tree_test.cpp. (3, 7) is computed by the recursion of RFC 6962, 2.1.2, in Python.
struct Vector {
    std::size_t old_size, size;
    std::vector<std::string_view> proof;
};
const std::array vectors = {Vector{1, 1, {}},
                            Vector{1,
                                   8,
                                   {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
                            Vector{6,
                                   8,
                                   {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
                            Vector{2,
                                   5,
                                   {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
                            Vector{3,
                                   7,
                                   {"0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
                                    "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                    "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"}}};

constexpr std::array<std::string_view, 8> leaves = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};

crypto::Digest digest_of(std::size_t number) {
    return crypto::sha256(bytes_of(std::to_string(number)));
}

MerkleTree tree_of(std::size_t size) {
    MerkleTree tree;
    for (std::size_t i = 0; i < size; ++i)
        tree.append(digest_of(i));
    return tree;
}

std::vector<crypto::Digest> added(std::size_t from, std::size_t to) {
    std::vector<crypto::Digest> digests;
    for (std::size_t i = from; i < to; ++i)
        digests.push_back(digest_of(i));
    return digests;
}

}  // namespace

TEST_CASE("the proofs of the Certificate Transparency vectors are accepted", "[consistency]") {
    for (const Vector& vector : vectors) {
        CAPTURE(vector.old_size, vector.size);
        std::array<MerkleTree, 2> trees;
        for (std::size_t i = 0; i < vector.size; ++i) {
            Bytes octets;
            REQUIRE(from_hex(leaves.at(i), octets));
            if (i < vector.old_size) trees[0].append(octets);
            trees[1].append(octets);
        }
        ConsistencyProof proof;
        for (const auto hash : vector.proof) {
            Bytes octets;
            REQUIRE(from_hex(hash, octets));
            std::copy(octets.begin(), octets.end(), proof.emplace_back().begin());
        }
        CHECK(verify_consistency(vector.old_size, trees[0].root(), vector.size, trees[1].root(), proof));
    }
}

TEST_CASE("every tree proves that it begins with every smaller one and with no other", "[consistency]") {
    constexpr std::size_t largest = 70;  // over a power of two
    for (std::size_t size = 1; size <= largest; ++size) {
        const auto root = tree_of(size).root();
        for (std::size_t old_size = 0; old_size <= size; ++old_size) {
            const MerkleTree old = tree_of(old_size);
            auto proof = prove_consistency(old, added(old_size, size));
            CAPTURE(old_size, size);
            REQUIRE(verify_consistency(old_size, old.root(), size, root, proof));
            if (old_size == 0) continue;
            REQUIRE_FALSE(verify_consistency(old_size, digest_of(old_size), size, root, proof));
            if (proof.empty()) continue;
            REQUIRE_FALSE(verify_consistency(old_size, old.root(), size, digest_of(size), proof));
            proof.push_back(root);
            REQUIRE_FALSE(verify_consistency(old_size, old.root(), size, root, proof));
            proof.pop_back();
            for (auto& hash : proof) {
                hash[7] ^= 1;
                REQUIRE_FALSE(verify_consistency(old_size, old.root(), size, root, proof));
                hash[7] ^= 1;
            }
            proof.pop_back();
            REQUIRE_FALSE(verify_consistency(old_size, old.root(), size, root, proof));
        }
    }
}

TEST_CASE("a smaller tree is never consistent with a larger one before it", "[consistency]") {
    CHECK_FALSE(verify_consistency(5, tree_of(5).root(), 4, tree_of(4).root(), {}));
    CHECK_FALSE(verify_consistency(4, tree_of(4).root(), 4, tree_of(5).root(), {}));
    CHECK_FALSE(verify_consistency(0, {}, 4, tree_of(4).root(), {tree_of(4).root()}));
}

}  // namespace edgeward::audit
