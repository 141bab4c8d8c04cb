#include <edgeward/dicom/command.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::dicom;

namespace {

Bytes octets(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

// The C-ECHO-RQ of echoscu of DCMTK 3.6.7.
constexpr std::string_view echo =
    "0000000004000000380000000000020012000000312e322e3834302e31303030382e312e31000000000102000000300000001001"
    "0"
    "2000000010000000008020000000101";

}  // namespace

TEST_CASE("the command of another program is read and written the same", "[command]") {
    const auto command = decode_command(octets(echo));
    REQUIRE(command);
    CHECK(command->is(CommandField::echo_request));
    CHECK(command->message_id == 1);
    CHECK(command->sop_class == "1.2.840.10008.1.1");
    CHECK_FALSE(command->has_data_set);
    CHECK(to_hex(encode_command(*command)) == echo);
}

TEST_CASE("a request to store and its response come back", "[command]") {
    Command request;
    request.field = static_cast<std::uint16_t>(CommandField::store_request);
    request.message_id = 513;
    request.sop_class = "1.2.840.10008.5.1.4.1.1.2";
    request.sop_instance = "1.2.3";
    request.has_data_set = true;
    const auto read = decode_command(encode_command(request));
    REQUIRE(read);
    CHECK(read->sop_instance == "1.2.3");
    CHECK(read->message_id == 513);
    CHECK(read->has_data_set);
    CHECK_FALSE(read->is_response());
    Command response = request;
    response.field = static_cast<std::uint16_t>(CommandField::store_response);
    response.has_data_set = false;
    response.status = status::out_of_resources;
    const auto answered = decode_command(encode_command(response));
    REQUIRE(answered);
    CHECK(answered->is_response());
    CHECK(answered->message_id == 513);
    CHECK(answered->status == 0xA700);
}

// PS3.7 tables 10.3-9 and 10.3-2, written by pydicom 2.3.1.
TEST_CASE("requests to act and answers to events are as another program writes them", "[command]") {
    const std::string_view action =
        "0000000004000000620000000000030014000000312e322e3834302e31303030382e312e32302e31000000010200000030"
        "0100001001020000000700000000080200000001000000011016000000312e322e3834302e31303030382e312e32302e31"
        "2e3100000810020000000100";
    const auto request = decode_command(octets(action));
    REQUIRE(request);
    CHECK(request->is(CommandField::action_request));
    CHECK(request->sop_class == "1.2.840.10008.1.20.1");
    CHECK(request->sop_instance == "1.2.840.10008.1.20.1.1");
    CHECK(request->type == 1);
    CHECK(to_hex(encode_command(*request)) == action);
    const std::string_view event =
        "00000000040000006c0000000000020014000000312e322e3834302e31303030382e312e32302e31000000010200000000"
        "810000200102000000030000000008020000000101000000090200000000000000001016000000312e322e3834302e3130"
        "3030382e312e32302e312e3100000210020000000200";
    const auto response = decode_command(octets(event));
    REQUIRE(response);
    CHECK(response->is(CommandField::event_report_response));
    CHECK(response->message_id == 3);
    CHECK(response->type == 2);
    CHECK(to_hex(encode_command(*response)) == event);
}

TEST_CASE("what is no command set is refused", "[command]") {
    const Bytes whole = octets(echo);
    CHECK_FALSE(decode_command({}));
    CHECK_FALSE(decode_command(ByteView(whole).first(whole.size() - 1)));
    CHECK_FALSE(decode_command(octets("080005000000000000")));      // another group
    CHECK_FALSE(decode_command(octets("00000001ffffffff")));        // longer than it is
    CHECK_FALSE(decode_command(octets("0000000104000000300000")));  // a number of four octets
    // Without a message id.
    CHECK_FALSE(decode_command(octets("00000001020000003000")));
}
