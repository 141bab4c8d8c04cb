#pragma once

#include <string>
#include <vector>

#include <edgeward/backup/backup.hpp>
#include <edgeward/store/object_files.hpp>

#include "object_list.hpp"
#include "object_shelf.hpp"

namespace edgeward::backup {

// Brings the objects of a running gateway onto the shelf: those that an earlier backup has there are named
// again and not copied. One thread.
class ObjectCopier {
public:
    ObjectCopier(const BackupSettings& settings, const BackupSources& sources,
                 const std::string& installation);

    // What lies in the data folder now, before any snapshot is held: that is most of it.
    Result<void> copy_ahead();
    // What the store's snapshot names; the rest of it is copied. An object whose owner is gone meanwhile, or
    // whose file is, is named with that and does not end the backup.
    Result<ObjectList> list_of(const std::vector<store::ObjectFile>& named);

    [[nodiscard]] std::uint64_t copied_octets() const noexcept { return copied_octets_; }

private:
    Result<ListedObject> find(const model::ObjectName& name);
    // Nothing: there is no such file.
    Result<std::optional<ListedObject>> copy(const model::ObjectName& name);
    Result<ObjectState> why_missing(const model::ObjectName& name) const;

    const BackupSources& sources_;
    ObjectShelf shelf_;
    Pace pace_;
    ObjectList known_;  // copies whose digest we know
    std::uint64_t copied_octets_ = 0;
};

}  // namespace edgeward::backup
