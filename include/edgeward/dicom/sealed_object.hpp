#pragma once

#include <filesystem>
#include <string>

#include <edgeward/core/result.hpp>
#include <edgeward/dicom/object.hpp>
#include <edgeward/model/object_reference.hpp>

namespace edgeward::dicom {

// The name of an object's file in its folder.
std::string file_name_of(const model::ObjectName& name);

// Opens the object that lies sealed in a folder. corrupt: its file is damaged or gone; others as Object::read
// and crypto::SealedFileReader::open.
Result<Object> open_sealed_object(const std::filesystem::path& folder,
                                  const model::ObjectReference& reference);

}  // namespace edgeward::dicom
