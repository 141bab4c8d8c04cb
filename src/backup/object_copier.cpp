#include "object_copier.hpp"

#include <algorithm>
#include <limits>

namespace edgeward::backup {
namespace {

// Of the newest container that our key opens. Only who has that key can have written it, so the digests are
// those of what we copied.
ObjectList known_objects(const std::filesystem::path& folder, const std::string& installation,
                         const Secret& wrapping) {
    const auto files = list_backups(folder);
    if (!files) return {};
    for (auto newest = files->rbegin(); newest != files->rend(); ++newest) {
        const BackupFile& file = *newest;
        if (file.persons || file.installation != installation) continue;
        Unlocking by;
        by.wrapping = wrapping.clone();
        if (auto list = read_object_list(file.file, by)) return *std::move(list);
    }
    return {};
}

}  // namespace

ObjectCopier::ObjectCopier(const BackupSettings& settings, const BackupSources& sources,
                           const std::string& installation)
    : sources_(sources),
      shelf_(settings.folder, installation, sources.cancelled),
      pace_(settings.rate),
      known_(known_objects(settings.folder, installation, sources.wrapping)) {
    shelf_.remove_leftovers();
}

Result<void> ObjectCopier::copy_ahead() {
    std::error_code ignored;
    const auto folder = store::objects_folder(sources_.data_folder);
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const auto name = object_name_of(entry.path());
        if (!name) continue;
        if (auto found = copy(*name); !found) return failure(std::move(found.error()));
    }
    return {};
}

Result<ObjectList> ObjectCopier::list_of(const std::vector<store::ObjectFile>& named) {
    ObjectList list;
    for (const auto& object : named) {
        const auto found = find(object.name);
        if (!found) return failure(found.error());
        list.emplace(object.name, *found);
    }
    return list;
}

Result<ListedObject> ObjectCopier::find(const model::ObjectName& name) {
    const auto copied = copy(name);
    if (!copied) return failure(copied.error());
    if (*copied) return **copied;
    const auto why = why_missing(name);
    if (!why) return failure(why.error());
    return ListedObject{*why, 0, {}};
}

Result<std::optional<ListedObject>> ObjectCopier::copy(const model::ObjectName& name) {
    const auto before = known_.find(name);
    if (before != known_.end() && shelf_.has(name, before->second)) return before->second;
    auto copied = shelf_.put(store::objects_folder(sources_.data_folder) / to_hex(name), pace_);
    if (!copied || !*copied) return copied;
    copied_octets_ += (*copied)->size;
    known_.insert_or_assign(name, **copied);
    return copied;
}

// The file goes after its owner has gone: who owns nothing now did not lose it.
Result<ObjectState> ObjectCopier::why_missing(const model::ObjectName& name) const {
    const auto known = sources_.reader.knows_object(name);
    if (!known) return failure(known.error());
    if (!*known) return ObjectState::removed;
    const auto ownerless =
        sources_.reader.ownerless_objects(static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()));
    if (!ownerless) return failure(ownerless.error());
    const bool gone = std::ranges::find(*ownerless, name) != ownerless->end();
    return gone ? ObjectState::removed : ObjectState::lost;
}

}  // namespace edgeward::backup
