#include "object_clearing.hpp"

#include <set>

#include <edgeward/backup/catalogue.hpp>

#include "object_shelf.hpp"

namespace edgeward::backup {

Result<std::uint64_t> clear_objects(const std::filesystem::path& folder, const std::string& installation,
                                    const Unlocking& unlocking) {
    ObjectShelf shelf(folder, installation);
    const auto there = shelf.names();
    std::set<model::ObjectName> unnamed(there.begin(), there.end());
    const auto files = list_backups(folder);
    if (!files) return failure(files.error());
    for (auto file = files->rbegin(); file != files->rend() && !unnamed.empty(); ++file) {
        if (file->persons || file->installation != installation) continue;
        const auto list = read_object_list(file->file, unlocking);
        if (!list) return failure(Error(list.error()).during("which objects " + file->name + " names"));
        for (const auto& [name, listed] : *list)
            unnamed.erase(name);
    }
    for (const auto& name : unnamed) {
        if (auto removed = shelf.remove(name); !removed) return failure(std::move(removed.error()));
    }
    return unnamed.size();
}

}  // namespace edgeward::backup
