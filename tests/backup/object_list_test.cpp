#include "object_list.hpp"

#include <catch2/catch_test_macros.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

model::ObjectName name_of(std::uint8_t octet) {
    model::ObjectName name{};
    name.fill(octet);
    return name;
}

// printf text | sha256sum
const std::string digest_of_text = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1";

const std::string written_out = "01010101010101010101010101010101 4 " + digest_of_text +
                                "\n"
                                "02020202020202020202020202020202 removed\n"
                                "03030303030303030303030303030303 lost\n";

ObjectList list_of() {
    return {{name_of(1), {ObjectState::kept, 4, crypto::sha256(bytes_of("text"))}},
            {name_of(2), {ObjectState::removed, 0, {}}},
            {name_of(3), {ObjectState::lost, 0, {}}}};
}

TEST_CASE("a list of objects has the form of the documentation", "[object_list]") {
    CHECK(write_object_list(list_of()) == written_out);
    CHECK(parse_object_list(written_out).value() == list_of());
    CHECK(parse_object_list("").value().empty());
    CHECK(facts_of(list_of()) == ObjectFacts{1, 4, 1, 1});
}

TEST_CASE("a list that is not exactly of this form is refused", "[object_list]") {
    const std::string name = "01010101010101010101010101010101";
    for (const std::string& text :
         {std::string("\n"), std::string("x"), name + "\n", name + " \n", name + " gone\n", name + " lost",
          name + " 4\n", name + " 04 " + digest_of_text + "\n", name + " -4 " + digest_of_text + "\n",
          name + " 4 " + digest_of_text.substr(2) + "\n", name + " 4  " + digest_of_text + "\n",
          "0A" + name.substr(2) + " lost\n", name.substr(2) + " lost\n", name + " lost\n" + name + " lost\n",
          "02" + name.substr(2) + " lost\n" + name + " lost\n", written_out + "\n"}) {
        CAPTURE(text);
        CHECK(parse_object_list(text).error().kind == ErrorKind::invalid_input);
    }
}

TEST_CASE("the list is read from the beginning of a data part by who has a key", "[object_list]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.create();
    Unlocking by;
    by.wrapping = wrapping_key(kek_of(1));
    const auto list = must(read_object_list(yard.pair().data.file, by));
    REQUIRE(list.size() == 1);
    CHECK(list.begin()->first == name_of(1));
    CHECK(list.begin()->second.sha256 == crypto::sha256(bytes_of(text_of_path(yard.object_file(1)))));
    Unlocking other;
    other.wrapping = wrapping_key(kek_of(2));
    CHECK(read_object_list(yard.pair().data.file, other).error().kind == ErrorKind::corrupt);
}

}  // namespace
}  // namespace edgeward::backup
