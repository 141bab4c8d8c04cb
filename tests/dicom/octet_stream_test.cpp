#include "octet_stream.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <memory>
#include <string>

using namespace edgeward::dicom;

namespace {

std::string numbers(std::size_t count) {
    std::string made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(static_cast<char>(i * 7 % 251));
    return made;
}

}  // namespace

TEST_CASE("a stream gives the octets whatever is read at once", "[octet_stream]") {
    const std::string octets = numbers(200'000);
    const auto step = GENERATE_COPY(1'000, 65'535, 65'536, 65'537, 200'000);
    OctetStream stream(octets_in_memory(octets), 0);
    std::string read;
    std::string block(static_cast<std::size_t>(step), '\0');
    while (!stream.eos())
        read.append(block, 0, static_cast<std::size_t>(stream.read(block.data(), step)));
    CHECK(read == octets);
    CHECK(stream.good());
}

TEST_CASE("a factory goes on where the stream was", "[octet_stream]") {
    const std::string octets = numbers(100'000);
    OctetStream stream(octets_in_memory(octets), 10);
    CHECK(stream.skip(70'000) == 70'000);
    const std::unique_ptr<DcmInputStreamFactory> factory(stream.newFactory());
    const std::unique_ptr<DcmInputStreamFactory> copy(factory->clone());
    const std::unique_ptr<DcmInputStream> again(copy->create());
    std::string block(5, '\0');
    CHECK(again->read(block.data(), 5) == 5);
    CHECK(block == octets.substr(70'010, 5));
}

TEST_CASE("what was marked can be read again", "[octet_stream]") {
    const std::string octets = numbers(70'000);
    OctetStream stream(octets_in_memory(octets), 0);
    stream.skip(65'500);
    stream.mark();
    std::string block(1'000, '\0');
    stream.read(block.data(), 1'000);
    stream.putback();
    std::string again(1'000, '\0');
    stream.read(again.data(), 1'000);
    CHECK(again == block);
    CHECK(again == octets.substr(65'500, 1'000));
    CHECK(stream.skip(70'000) == 70'000 - 66'500);
    CHECK(stream.eos());
}
