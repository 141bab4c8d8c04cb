#include <catch2/catch_test_macros.hpp>

#include <edgeward/dicom/object.hpp>

#include "part10.hpp"

#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dctk.h>

using namespace edgeward;
using namespace edgeward::dicom;

// DCMTK reads the file; PS3.10 table 7.1-1 says what it must find.
TEST_CASE("head and data set are a file that another reader takes", "[file_head]") {
    auto object = read_object("CT_small.dcm");
    const auto header = object.header();
    const Bytes head = file_head(header, object.transfer_syntax());
    std::string file(text_of(head));
    auto writer = ObjectWriter::begin(object, object.transfer_syntax());
    REQUIRE(writer);
    for (auto piece = writer->next(); piece && !piece->empty(); piece = writer->next())
        file.append(text_of(*piece));

    DcmInputBufferStream stream;
    stream.setBuffer(file.data(), static_cast<offile_off_t>(file.size()));
    stream.setEos();
    DcmFileFormat read;
    read.transferInit();
    REQUIRE(read.read(stream).good());
    read.transferEnd();
    DcmMetaInfo& meta = *read.getMetaInfo();
    const auto text_at = [&meta](const DcmTagKey& tag) {
        OFString text;
        meta.findAndGetOFString(tag, text);
        return std::string(text.c_str(), text.size());
    };
    CHECK(text_at(DCM_MediaStorageSOPClassUID) == header.sop_class);
    CHECK(text_at(DCM_MediaStorageSOPInstanceUID) == header.sop_instance);
    CHECK(text_at(DCM_TransferSyntaxUID) == object.transfer_syntax());
    CHECK(text_at(DCM_ImplementationVersionName) == "EDGEWARD_1");
    const Uint8* version = nullptr;
    unsigned long octets = 0;
    REQUIRE(meta.findAndGetUint8Array(DCM_FileMetaInformationVersion, version, &octets).good());
    CHECK((octets == 2 && version[0] == 0 && version[1] == 1));
    Uint32 length = 0;
    REQUIRE(meta.findAndGetUint32(DCM_FileMetaInformationGroupLength, length).good());
    CHECK(length == head.size() - 144);  // preamble, prefix and the element itself
    OFString instance;
    CHECK(read.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, instance).good());
    CHECK(std::string(instance.c_str()) == header.sop_instance);
}

TEST_CASE("the preamble holds nothing", "[file_head]") {
    const Bytes head = file_head({}, "1.2.840.10008.1.2");
    CHECK(Bytes(head.begin(), head.begin() + 128) == Bytes(128));
    CHECK(text_of(head).substr(128, 4) == "DICM");
}
