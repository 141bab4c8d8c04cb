#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <edgeward/core/result.hpp>
#include <edgeward/model/object_reference.hpp>

#include "object_list.hpp"
#include "pace.hpp"

namespace edgeward::backup {

// The name of an object that a file is named after; nothing: it is named otherwise.
std::optional<model::ObjectName> object_name_of(const std::filesystem::path& file);

// The copies of an installation's sealed objects beside the containers: <folder>/objects/<installation>/<name
// in hexadecimal>. An object never changes, so a copy is made once. Every function ends with unavailable soon
// after `cancelled` says so. One thread.
class ObjectShelf {
public:
    ObjectShelf(const std::filesystem::path& backup_folder, const std::string& installation,
                const std::atomic<bool>* cancelled = nullptr)
        : folder_(backup_folder / "objects" / installation), cancelled_(cancelled) {}

    [[nodiscard]] std::filesystem::path file_of(const model::ObjectName& name) const;
    // Whether a copy of that size is there; its content is not looked at.
    [[nodiscard]] bool has(const model::ObjectName& name, const ListedObject& listed) const;
    // Copies a sealed object, and waits until it is on disk. Nothing: there is no such file. Errors:
    // exhausted, unavailable.
    Result<std::optional<ListedObject>> put(const std::filesystem::path& object, Pace& pace);
    // Copies one from the shelf into a folder, and proves it: corrupt when it is gone or not what is listed.
    Result<void> give(const model::ObjectName& name, const ListedObject& listed,
                      const std::filesystem::path& into) const;
    // The same without a copy.
    [[nodiscard]] Result<void> check(const model::ObjectName& name, const ListedObject& listed) const;
    // In the order of their names.
    [[nodiscard]] std::vector<model::ObjectName> names() const;
    // What a copy that was cut off has left.
    void remove_leftovers();
    Result<void> remove(const model::ObjectName& name);

private:
    std::filesystem::path folder_;
    const std::atomic<bool>* cancelled_;
};

}  // namespace edgeward::backup
