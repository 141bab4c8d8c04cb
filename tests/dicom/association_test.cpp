#include <edgeward/dicom/association.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::dicom;

namespace {

Bytes octets(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

// What echoscu of DCMTK 3.6.7 sends (-aet CT1 -aec EDGEWARD), and what its storescp answers to three
// contexts: CT in explicit little endian, 1.2.3, CT in JPEG. Bodies of the PDUs.
constexpr std::string_view echoscu_request =
    "000100004544474557415244202020202020202043543120202020202020202020202020000000000000000000000000000000"
    "000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e312000002e0100ff0030"
    "000011312e322e3834302e31303030382e312e3140000011312e322e3834302e31303030382e312e325000003a510000040000"
    "40005200001b312e322e3237362e302e373233303031302e332e302e332e362e375500000f4f464649535f44434d544b5f33363"
    "7";
constexpr std::string_view storescp_accept =
    "0001000053544f5245534350202020202020202045444745574152442020202020202020000000000000000000000000000000"
    "000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e312100001b0100000040"
    "000013312e322e3834302e31303030382e312e322e31210000190300030040000011312e322e3834302e31303030382e312e32"
    "210000190500040040000011312e322e3834302e31303030382e312e325000003a51000004000040005200001b312e322e3237"
    "362e302e373233303031302e332e302e332e362e375500000f4f464649535f44434d544b5f333637";

}  // namespace

TEST_CASE("the request of another program is read", "[association]") {
    const auto request = read_associate_request(octets(echoscu_request));
    REQUIRE(request);
    CHECK(request->called == "EDGEWARD");
    CHECK(request->calling == "CT1");
    CHECK(request->largest_pdu == 16384);
    REQUIRE(request->contexts.size() == 1);
    CHECK(request->contexts[0].id == 1);
    CHECK(request->contexts[0].abstract_syntax == verification_class);
    CHECK(request->contexts[0].transfer_syntaxes == std::vector<std::string>{"1.2.840.10008.1.2"});
}

TEST_CASE("the answer of another program is read", "[association]") {
    const auto accept = read_associate_accept(octets(storescp_accept));
    REQUIRE(accept);
    REQUIRE(accept->contexts.size() == 3);
    CHECK(accept->contexts[0].result == ContextResult::accepted);
    CHECK(accept->contexts[0].transfer_syntax == "1.2.840.10008.1.2.1");
    CHECK(accept->contexts[1].result == ContextResult::abstract_syntax);
    CHECK(accept->contexts[2].result == ContextResult::transfer_syntaxes);
    CHECK(accept->largest_pdu == 16384);
}

TEST_CASE("a request comes back as it was written", "[association]") {
    AssociateRequest request{
        "PACS", "EDGEWARD", {{1, "1.2.3", {"1.2", "1.3"}}, {3, "1.2.4", {"1.2"}}}, 65536};
    const Bytes pdu = write_associate_request(request);
    const auto head = read_pdu_head(ByteView(pdu).first(6));
    REQUIRE(head);
    CHECK(head->type == PduType::associate_request);
    CHECK(head->length == pdu.size() - 6);
    const auto again = read_associate_request(ByteView(pdu).subspan(6));
    REQUIRE(again);
    CHECK(again->called == "PACS");
    CHECK(again->contexts.size() == 2);
    CHECK(again->contexts[0].transfer_syntaxes == std::vector<std::string>{"1.2", "1.3"});
    CHECK(again->largest_pdu == 65536);
    const Bytes accept = write_associate_accept({{{1, ContextResult::accepted, "1.2"}}, 4096}, request);
    const auto accepted = read_associate_accept(ByteView(accept).subspan(6));
    REQUIRE(accepted);
    CHECK(accepted->contexts.at(0).transfer_syntax == "1.2");
    CHECK(accepted->largest_pdu == 4096);
}

// PS3.7 table D.3-9: item type 54H, length, length of the UID, the UID, SCU role, SCP role.
TEST_CASE("who wants to be the provider says so", "[association]") {
    AssociateRequest request{"PACS", "EDGEWARD", {{1, "1.2.3", {"1.2"}}}, 65536};
    request.roles = {{"1.2.3", false, true}};
    const Bytes pdu = write_associate_request(request);
    CHECK(to_hex(pdu).find("540000090005312e322e330001") != std::string::npos);
    const auto again = read_associate_request(ByteView(pdu).subspan(6));
    REQUIRE(again);
    CHECK(again->roles == request.roles);
    AssociateAccept accept{{{1, ContextResult::accepted, "1.2"}}, 4096};
    accept.roles = request.roles;
    const Bytes answer = write_associate_accept(accept, request);
    const auto accepted = read_associate_accept(ByteView(answer).subspan(6));
    REQUIRE(accepted);
    CHECK(accepted->roles == request.roles);
}

TEST_CASE("a body that is cut off or has another context name is refused", "[association]") {
    const Bytes body = octets(echoscu_request);
    // Only at the ends of items what is left is whole again.
    std::size_t whole = 0;
    for (std::size_t size = 0; size < body.size(); ++size)
        whole += read_associate_request(ByteView(body).first(size)) ? 1 : 0;
    CHECK(whole == 3);
    Bytes other = body;
    other[72] = '9';  // the first octet of the application context name
    CHECK_FALSE(read_associate_request(other));
    CHECK_FALSE(read_associate_request({}));
    CHECK_FALSE(read_pdu_head(octets("080000000000")));
    CHECK_FALSE(read_pdu_head(octets("0100000000")));
}

TEST_CASE("fragments are those of PS3.8 section 9.3.5", "[association]") {
    // The body of the P-DATA-TF of echoscu: one fragment, command and last.
    const Bytes body = octets(
        "0000004601030000000004000000380000000000020012000000312e322e3834302e31303030382e312e3100000000010200"
        "00"
        "0030000000100102000000010000000008020000000101");
    const auto read = read_fragments(body);
    REQUIRE(read);
    REQUIRE(read->size() == 1);
    CHECK(read->front().context == 1);
    CHECK(read->front().command);
    CHECK(read->front().last);
    CHECK(read->front().data.size() == 68);
    Bytes written;
    append_fragment(written, read->front());
    CHECK(to_hex(ByteView(written).subspan(6)) == to_hex(body));
    CHECK(to_hex(ByteView(written).first(6)) == "04000000004a");
    CHECK_FALSE(read_fragments(ByteView(body).first(20)));
    CHECK_FALSE(read_fragments(octets("000000010103")));
}

TEST_CASE("small PDUs are those of PS3.8", "[association]") {
    CHECK(to_hex(write_release_request()) == "05000000000400000000");
    CHECK(to_hex(write_release_reply()) == "06000000000400000000");
    CHECK(to_hex(write_abort()) == "07000000000400000000");
    CHECK(to_hex(write_associate_reject(calling_title_unknown)) == "03000000000400010103");
    CHECK(read_associate_reject(octets("00010107")) == called_title_unknown);
    CHECK_FALSE(read_associate_reject(octets("000101")));
}

TEST_CASE("there is room for what the peer takes and never more than we hold", "[association]") {
    CHECK(room_of(16384) == 16378);
    CHECK(room_of(0) == 65536);
    CHECK(room_of(1U << 30U) == 65530);
    CHECK(room_of(1) == 2);
}

TEST_CASE("storage classes are known by their arcs", "[association]") {
    CHECK(is_storage_class("1.2.840.10008.5.1.4.1.1.2"));
    CHECK(is_storage_class("1.2.840.10008.5.1.4.1.1.481.5"));
    CHECK_FALSE(is_storage_class("1.2.840.10008.5.1.4.1.2.1.1"));  // Patient Root FIND
    CHECK_FALSE(is_storage_class(verification_class));
}
