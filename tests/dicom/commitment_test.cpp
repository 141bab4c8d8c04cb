#include <edgeward/dicom/commitment.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace edgeward;
using namespace edgeward::dicom;

namespace {

constexpr const char* implicit_little = "1.2.840.10008.1.2";
constexpr const char* explicit_little = "1.2.840.10008.1.2.1";

// Data sets with the attributes of PS3.4 tables J.3-1 and J.3-2, as pydicom 2.3.1 writes them (write_dataset,
// undefined lengths).
constexpr std::string_view request_octets =
    "0800951106000000322e32352e3708009911fffffffffeff00e0ffffffff080050111a000000312e322e3834302e313030"
    "30382e352e312e342e312e312e32000800551106000000312e322e3300feff0de000000000feff00e0ffffffff08005011"
    "1a000000312e322e3834302e31303030382e352e312e342e312e312e34000800551106000000312e322e3400feff0de000"
    "000000feffdde000000000";
constexpr std::string_view report_octets =
    "0800951155490600322e32352e370800981153510000fffffffffeff00e0ffffffff0800501155491a00312e322e383430"
    "2e31303030382e352e312e342e312e312e34000800551155490600312e322e340008009711555302001201feff0de00000"
    "0000feffdde0000000000800991153510000fffffffffeff00e0ffffffff0800501155491a00312e322e3834302e313030"
    "30382e352e312e342e312e312e32000800551155490600312e322e3300feff0de000000000feffdde000000000";

Bytes octets(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

const ReferencedObject ct{"1.2.840.10008.5.1.4.1.1.2", "1.2.3"};
const ReferencedObject mr{"1.2.840.10008.5.1.4.1.1.4", "1.2.4"};

}  // namespace

TEST_CASE("a request for commitment is as another program writes it", "[commitment]") {
    const auto read = decode_commitment_request(octets(request_octets), implicit_little);
    REQUIRE(read);
    CHECK(read->transaction == "2.25.7");
    CHECK(read->objects == std::vector{ct, mr});
    CHECK(to_hex(encode_commitment_request(*read, implicit_little)) == request_octets);
}

TEST_CASE("a report of commitment is as another program writes it", "[commitment]") {
    const auto read = decode_commitment_report(octets(report_octets), explicit_little);
    REQUIRE(read);
    CHECK(read->transaction == "2.25.7");
    CHECK(read->committed == std::vector{ct});
    CHECK(read->failed == std::vector{FailedObject{mr, 0x0112}});
    CHECK(to_hex(encode_commitment_report(*read, explicit_little)) == report_octets);
}

TEST_CASE("a request of more objects than are taken is told from one that is none", "[commitment]") {
    CommitmentRequest request{"2.25.7", std::vector(most_committed_objects, ct)};
    CHECK(decode_commitment_request(encode_commitment_request(request, implicit_little), implicit_little));
    request.objects.push_back(mr);
    const auto read =
        decode_commitment_request(encode_commitment_request(request, implicit_little), implicit_little);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::exhausted);
}

TEST_CASE("what is no data set of commitment is refused", "[commitment]") {
    CHECK_FALSE(decode_commitment_request({}, implicit_little));
    CHECK_FALSE(decode_commitment_report({}, implicit_little));
    const Bytes whole = octets(request_octets);  // its first 14 are the transaction alone
    CHECK_FALSE(decode_commitment_request(ByteView(whole).first(14), implicit_little));
    const CommitmentRequest without{"no uid", {ct}};
    CHECK_FALSE(
        decode_commitment_request(encode_commitment_request(without, implicit_little), implicit_little));
    const CommitmentReport nameless{"2.25.7", {{"1.2", ""}}, {}};
    CHECK_FALSE(
        decode_commitment_report(encode_commitment_report(nameless, implicit_little), implicit_little));
    CHECK_FALSE(decode_commitment_report(octets(report_octets), "1.2.840.10008.1.2.2"));
}
