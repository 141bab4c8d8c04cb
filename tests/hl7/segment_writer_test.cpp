#include "segment_writer.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::hl7;

TEST_CASE("fields left out stay empty", "[segment_writer]") {
    SegmentWriter out(Charset::utf8);
    out.begin("MSH").field(3).text("A").field(7).text("B").end();
    out.begin("PID").field(3).text("1").end();
    CHECK(*std::move(out).finish() == "MSH|^~\\&|A||||B\rPID|||1\r");
}

TEST_CASE("text is escaped and our own delimiters are not", "[segment_writer]") {
    SegmentWriter out(Charset::utf8);
    out.begin("OBX").field(3).triple("1", "a^b", "L").field(5).text("x|y").end();
    CHECK(*std::move(out).finish() == "OBX|||1^a\\S\\b^L||x\\F\\y\r");
}

TEST_CASE("a designator has one or three parts", "[segment_writer]") {
    SegmentWriter out(Charset::utf8);
    out.begin("PID").field(1).designator({"N", {}, {}}).field(2).designator({"N", "1.2", "ISO"});
    out.field(3).designator({{}, "1.2", "ISO"}, '&').end();
    CHECK(*std::move(out).finish() == "PID|N|N^1.2^ISO|&1.2&ISO\r");
}

TEST_CASE("the first problem names its field and not its text", "[segment_writer]") {
    SegmentWriter out(Charset::iso8859_1);
    out.begin("PID").field(5).text("\u0141ukasz").field(6).text("\u20AC").end();
    CHECK(out.failed());
    const auto result = std::move(out).finish();
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::invalid_input);
    CHECK(result.error().message == "PID-5: a character is not in the character set 8859/1");
}
