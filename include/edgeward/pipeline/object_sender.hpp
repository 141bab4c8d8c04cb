#pragma once

#include <string>
#include <vector>

#include <edgeward/config/document.hpp>

// Whose device the objects of a sender are from, and whose persons' (docs/dicom.md).
namespace edgeward::pipeline {

// How one [[dicom_in.sender]] is read.
struct ObjectSender {
    std::string name;
    std::string device;     // registry id
    std::string authority;  // of patient ids without an issuer; empty: those are nobody's
};
// Reads name, device and authority of each [[dicom_in.sender]] of the table [dicom_in].
std::vector<ObjectSender> read_object_senders(config::Section section);

}  // namespace edgeward::pipeline
