#include <edgeward/audit/witness.hpp>

#include <catch2/catch_test_macros.hpp>

namespace edgeward::audit {
namespace {

// The example request of c2sp.org/tlog-witness, with one signature line.
const std::string example =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "\xE2\x80\x94 example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

bool refused(const std::string& text) {
    const auto read = parse_witness_request(text);
    return !read && read.error().kind == ErrorKind::invalid_input;
}

}  // namespace

TEST_CASE("the request of the specification is read and written again", "[witness_request]") {
    const auto request = parse_witness_request(example);
    REQUIRE(request);
    CHECK(request->old_size == 20852014);
    REQUIRE(request->proof.size() == 4);
    CHECK(to_base64(request->proof[3]) == "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=");
    CHECK(request->note == example.substr(example.find("example.com")));
    CHECK(to_text(*request) == example);
}

TEST_CASE("a request of another form is refused", "[witness_request]") {
    CHECK(refused(""));
    CHECK(refused("old\n\n"));
    CHECK(refused("old 07\n\nnote\n\n"));
    CHECK(refused("old -1\n\nnote\n\n"));
    CHECK(refused("new 7\n\nnote\n\n"));
    CHECK(refused("old 7\nAAAA\n\nnote\n\n"));
    CHECK(refused("old 7\n" + example.substr(example.find("PlRN"), 44)));
    CHECK(refused("old 7\n\nno note"));
    std::string long_proof = "old 7\n";
    for (int i = 0; i < 64; ++i)
        long_proof += "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
    CHECK(refused(long_proof + "\nbody\n\n"));
    CHECK_FALSE(refused(long_proof.substr(0, long_proof.size() - 45) + "\nbody\n\n"));
}

}  // namespace edgeward::audit
