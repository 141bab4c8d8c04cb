#include <edgeward/dicom/sealed_object.hpp>

#include <catch2/catch_test_macros.hpp>

#include <edgeward/crypto/sealed_file.hpp>

#include "part10.hpp"
#include "support/scratch_folder.hpp"

using namespace edgeward;
using namespace edgeward::dicom;

TEST_CASE("an object is read from its sealed file and one that is gone is corrupt", "[sealed_object]") {
    const support::ScratchFolder folder;
    const auto part10 = read_part10("CT_small.dcm");
    model::ObjectReference reference;
    reference.name.fill(0xAB);
    reference.key.fill(7);
    reference.octets = part10.data_set.size();
    reference.transfer_syntax = part10.transfer_syntax;
    CHECK(file_name_of(reference.name) == "abababababababababababababababab");
    CHECK(open_sealed_object(folder.path(), reference).error().kind == ErrorKind::corrupt);
    auto writer =
        crypto::SealedFileWriter::begin(folder / file_name_of(reference.name), Secret(Bytes(32, 7)));
    REQUIRE(writer);
    REQUIRE(writer->add(bytes_of(part10.data_set)));
    REQUIRE(writer->publish());
    auto object = open_sealed_object(folder.path(), reference);
    REQUIRE(object);
    CHECK(object->header().patient_id == "1CT1");
    reference.octets += 1;
    CHECK(open_sealed_object(folder.path(), reference).error().kind == ErrorKind::corrupt);
}
