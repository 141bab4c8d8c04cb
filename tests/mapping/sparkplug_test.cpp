#include "sparkplug.hpp"

#include <catch2/catch_test_macros.hpp>

#include "path.hpp"
#include "sparkplug_payload.hpp"
#include "sparkplug_sample.hpp"

using namespace edgeward;
using namespace edgeward::mapping;

namespace {

const std::string topic = "spBv1.0/ICU/DDATA/gateway-4/monitor 3";

Tree tree_of(const std::string& name) {
    auto tree = read_sparkplug(sample::sparkplug(name), topic);
    if (!tree) UNSCOPED_INFO(tree.error().reason << ": " << tree.error().detail);
    REQUIRE(tree);
    return *std::move(tree);
}

// The text of a scalar; "none" where nothing is, "null" for null.
std::string text_of_member(const Tree& tree, const Node& node, std::string_view member) {
    const Node* found = tree.member(node, member);
    if (found == nullptr) return "none";
    if (found->kind == NodeKind::null) return "null";
    if (found->kind == NodeKind::boolean) return found->truth ? "true" : "false";
    return found->text;
}

const Node& metric(const Tree& tree, std::string_view name) {
    const Node* metrics = tree.member(tree.root(), "metrics");
    for (const Node* each = tree.first_child(*metrics); each != nullptr; each = tree.next(*each)) {
        if (tree.member(*each, "name")->text == name) return *each;
    }
    FAIL("no such metric");
    return tree.root();
}

std::string value(const Tree& tree, std::string_view name) {
    return text_of_member(tree, metric(tree, name), "value");
}

// "read", or why not.
std::string reason(const wire::Payload& payload) {
    const std::string octets = payload.SerializeAsString();
    const auto tree = read_sparkplug(bytes_of(octets), topic);
    return tree ? "read" : tree.error().reason;
}

wire::Metric& add(wire::Payload& payload, std::uint32_t datatype) {
    wire::Metric& metric = *payload.add_metrics();
    metric.set_name("m");
    if (datatype != 0) metric.set_datatype(datatype);
    return metric;
}

std::string only_value(const wire::Payload& payload) {
    const std::string octets = payload.SerializeAsString();
    const auto tree = read_sparkplug(bytes_of(octets), topic);
    if (!tree) return tree.error().reason;
    return value(*tree, "m");
}

}  // namespace

TEST_CASE("a birth reads with topic, times, units and properties", "[sparkplug]") {
    const Tree tree = tree_of("device_birth");
    CHECK(text_of_member(tree, tree.root(), "type") == "DDATA");
    CHECK(text_of_member(tree, tree.root(), "group") == "ICU");
    CHECK(text_of_member(tree, tree.root(), "node") == "gateway-4");
    CHECK(text_of_member(tree, tree.root(), "device") == "monitor 3");
    CHECK(text_of_member(tree, tree.root(), "timestamp") == "1795459680000");
    CHECK(text_of_member(tree, tree.root(), "seq") == "1");
    const Node& rate = metric(tree, "HR");
    CHECK(text_of_member(tree, rate, "value") == "62.8");  // of 32 bits, as the device wrote it
    CHECK(text_of_member(tree, rate, "timestamp") == "1795459679500");
    CHECK(text_of_member(tree, rate, "datatype") == "Float");
    CHECK(text_of_member(tree, rate, "historical") == "false");
    CHECK(text_of_member(tree, rate, "unit") == "bpm");
    CHECK(text_of_member(tree, *tree.member(rate, "properties"), "Quality") == "192");
    CHECK(value(tree, "Temp") == "37.25");
    CHECK(value(tree, "Drift") == "-5");
    CHECK(value(tree, "Lead off") == "false");
    CHECK(value(tree, "Serial") == "A 100");
    CHECK(value(tree, "Since") == "1795459680000");
}

TEST_CASE("every kind of number keeps its sign and size", "[sparkplug]") {
    const Tree tree = tree_of("every_kind");
    CHECK(value(tree, "a") == "-2147483648");
    CHECK(value(tree, "b") == "-32768");
    CHECK(value(tree, "c") == "4294967295");
    CHECK(value(tree, "d") == "-9007199254740991");
    CHECK(value(tree, "e") == "9007199254740991");
    CHECK(value(tree, "f") == "t");
    CHECK(value(tree, "g") == "none");  // octets
    CHECK(value(tree, "h") == "none");  // a data set
}

TEST_CASE("an alias without its birth refuses the message", "[sparkplug]") {
    const auto tree = read_sparkplug(sample::sparkplug("device_data_by_alias"), topic);
    REQUIRE_FALSE(tree);
    CHECK(tree.error().reason == "no_birth");
}

TEST_CASE("a whole number needs its datatype and fits it", "[sparkplug]") {
    const auto whole = [](std::uint32_t datatype, std::uint32_t number) {
        wire::Payload payload;
        add(payload, datatype).set_int_value(number);
        return only_value(payload);
    };
    CHECK(whole(0, 62) == "no_birth");
    CHECK(whole(1, 0xFFFFFFFB) == "-5");  // both ways encoders write Int8
    CHECK(whole(1, 0xFB) == "-5");
    CHECK(whole(1, 127) == "127");
    CHECK(whole(1, 256) == "bad_sparkplug");
    CHECK(whole(5, 255) == "255");
    CHECK(whole(5, 256) == "bad_sparkplug");
    CHECK(whole(4, 5) == "bad_sparkplug");  // 64 bits with a sign in a field of 32 without
    CHECK(whole(9, 5) == "bad_sparkplug");
}

TEST_CASE("a value of another field than its datatype's refuses the message", "[sparkplug]") {
    wire::Payload payload;
    add(payload, 3).set_float_value(1.5F);
    CHECK(reason(payload) == "bad_sparkplug");
    wire::Payload untyped;
    add(untyped, 0).set_float_value(1.5F);  // says itself what it is
    CHECK(only_value(untyped) == "1.5");
}

TEST_CASE("null is null and what is no number is no number", "[sparkplug]") {
    wire::Payload payload;
    add(payload, 9).set_is_null(true);
    CHECK(only_value(payload) == "null");
    wire::Payload not_a_number;
    add(not_a_number, 10).set_double_value(std::numeric_limits<double>::quiet_NaN());
    CHECK(only_value(not_a_number) == "NaN");
}

// Little-endian, as the Sparkplug specification 3.0 has its arrays.
TEST_CASE("an array of numbers reads sample by sample", "[sparkplug]") {
    wire::Payload payload;
    add(payload, 23).set_bytes_value(std::string("\x01\x00\xFF\xFF\x00\x80", 6));
    const std::string octets = payload.SerializeAsString();
    const auto tree = read_sparkplug(bytes_of(octets), topic);
    REQUIRE(tree);
    const Node* samples = tree->member(metric(*tree, "m"), "value");
    REQUIRE(samples->kind == NodeKind::array);
    CHECK(tree->element(*samples, 0)->text == "1");
    CHECK(tree->element(*samples, 1)->text == "-1");
    CHECK(tree->element(*samples, 2)->text == "-32768");

    wire::Payload cut_off;
    add(cut_off, 30).set_bytes_value("abc");
    CHECK(reason(cut_off) == "bad_sparkplug");
    wire::Payload floats;
    add(floats, 30).set_bytes_value(std::string("\x00\x00\xC0\x3F\x00\x00\xC0\x7F", 8));  // 1.5, not a number
    const std::string float_octets = floats.SerializeAsString();
    const auto float_tree = read_sparkplug(bytes_of(float_octets), topic);
    REQUIRE(float_tree);
    const Node* read = float_tree->member(metric(*float_tree, "m"), "value");
    CHECK(float_tree->element(*read, 0)->text == "1.5");
    CHECK(float_tree->element(*read, 1)->kind == NodeKind::null);
}

TEST_CASE("two properties of one name refuse the message", "[sparkplug]") {
    wire::Payload payload;
    auto& properties = *add(payload, 12).mutable_properties();
    for (int i = 0; i < 2; ++i) {
        properties.add_keys("engUnit");
        properties.add_values()->set_string_value("bpm");
    }
    CHECK(reason(payload) == "duplicate_key");
}

TEST_CASE("a death has no metrics", "[sparkplug]") {
    CHECK_FALSE(has_metrics(tree_of("device_death")));
    CHECK(has_metrics(tree_of("node_death")));
}
