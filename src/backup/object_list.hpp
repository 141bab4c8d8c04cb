#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/crypto/digest.hpp>
#include <edgeward/model/object_reference.hpp>

#include "container_header.hpp"
#include "manifest.hpp"

// Which objects belong to a data part (docs/backup-format.md, objects). They lie beside the containers, each
// once for all backups that name it.
namespace edgeward::backup {

enum class ObjectState : std::uint8_t {
    kept,
    removed,  // nobody owned it any more when it was to be copied: erased, or its time was over
    lost,     // somebody owned it, and its file was not there
};

struct ListedObject {
    ObjectState state = ObjectState::kept;
    std::uint64_t size = 0;   // of the sealed file
    crypto::Digest sha256{};  // of the sealed file
    friend bool operator==(const ListedObject&, const ListedObject&) = default;
};

using ObjectList = std::map<model::ObjectName, ListedObject>;

ObjectFacts facts_of(const ObjectList& list);

// One line for each, in the order of their names. Pure.
std::string write_object_list(const ObjectList& list);
// invalid_input: not such a list.
Result<ObjectList> parse_object_list(std::string_view text);

// What the data part in `file` names; nothing is proven but the chunks read, which only who has the
// container's key can have written. A container of version 1 names none. Errors as ContainerReader::open().
Result<ObjectList> read_object_list(const std::filesystem::path& file, const Unlocking& unlocking);

}  // namespace edgeward::backup
