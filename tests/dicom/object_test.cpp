#include <edgeward/dicom/object.hpp>

#include <catch2/catch_test_macros.hpp>

#include <dcmtk/dcmdata/dctk.h>

#include "part10.hpp"

using namespace edgeward;
using namespace edgeward::dicom;

namespace {

// Counts what is read, and can be gone.
class Counted final : public OctetSource {
public:
    explicit Counted(std::string octets) : octets_(std::move(octets)) {}
    [[nodiscard]] std::uint64_t size() const override { return octets_.size(); }
    Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
        if (gone) return failure(ErrorKind::corrupt, "gone");
        read_octets += into.size();
        std::copy_n(octets_.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
        return into.size();
    }
    std::size_t read_octets = 0;
    bool gone = false;

private:
    std::string octets_;
};

// A data set with a value of 8 MiB in the middle.
std::string large_data_set() {
    std::string octets(
        "\x08\x00\x60\x00"
        "CS\x02\x00"
        "CT",
        10);
    octets.append("\xE0\x7F\x10\x00OW\x00\x00\x00\x00\x80\x00", 12);
    octets.append(std::size_t{8} << 20U, 'p');
    return octets;
}

}  // namespace

TEST_CASE("the header says what dcmdump says", "[object]") {
    const Header header = read_object("CT_small.dcm").header();
    CHECK(header.sop_class == "1.2.840.10008.5.1.4.1.1.2");
    CHECK(header.sop_instance == "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322");
    CHECK(header.study == "1.3.6.1.4.1.5962.1.2.1.20040119072730.12322");
    CHECK(header.series == "1.3.6.1.4.1.5962.1.3.1.1.20040119072730.12322");
    CHECK(header.modality == "CT");
    CHECK(header.patient_id == "1CT1");
    CHECK(header.issuer.empty());
    CHECK(header.burned_in.empty());
    CHECK(header.time == "19970430112936");
    CHECK_FALSE(header.has_text_content);
    CHECK(read_object("test-SR.dcm").header().has_text_content);
}

TEST_CASE("a large value is not read until it is needed", "[object]") {
    auto source = std::make_shared<Counted>(large_data_set());
    auto object = Object::read(source, "1.2.840.10008.1.2.1");
    REQUIRE(object);
    CHECK(object->header().modality == "CT");
    CHECK(source->read_octets <= std::size_t{128} << 10U);
    const Uint16* pixels = nullptr;
    unsigned long count = 0;
    REQUIRE(object->data_set().findAndGetUint16Array(DCM_PixelData, pixels, &count).good());
    CHECK(count == std::size_t{4} << 20U);
    CHECK(pixels[count - 1] == 0x7070);
}

TEST_CASE("octets that are gone are noticed", "[object]") {
    auto source = std::make_shared<Counted>(large_data_set());
    auto object = Object::read(source, "1.2.840.10008.1.2.1");
    REQUIRE(object);
    source->gone = true;
    const Uint16* pixels = nullptr;
    CHECK(object->data_set().findAndGetUint16Array(DCM_PixelData, pixels).bad());
    REQUIRE_FALSE(object->sound());
    CHECK(object->sound().error().kind == ErrorKind::corrupt);
    REQUIRE_FALSE(Object::read(source, "1.2.840.10008.1.2.1"));
}

TEST_CASE("what is no data set in its transfer syntax is refused", "[object]") {
    const auto part10 = read_part10("CT_small.dcm");
    const auto read = [&](std::string octets, const char* syntax) {
        const auto object = Object::read(octets_in_memory(std::move(octets)), syntax);
        return object ? std::string() : std::string(name_of(object.error().kind));
    };
    CHECK(read(part10.data_set, "1.2.840.10008.1.2.1").empty());
    CHECK(read(part10.data_set, "1.2.3") == "invalid_input");
    CHECK(read(part10.data_set, "1.2.840.10008.1.2.1.99") == "invalid_input");  // deflated
    CHECK(read(part10.data_set.substr(0, 30'000), "1.2.840.10008.1.2.1") == "invalid_input");
    CHECK(read(std::string(1000, 'x'), "1.2.840.10008.1.2.1") == "invalid_input");
}
