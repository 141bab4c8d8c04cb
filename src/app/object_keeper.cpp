#include "object_keeper.hpp"

#include <algorithm>

#include <edgeward/core/folder.hpp>
#include <edgeward/core/log.hpp>
#include <edgeward/dicom/sealed_object.hpp>

namespace edgeward::app {
namespace {

constexpr std::chrono::seconds look_interval{30};
constexpr std::size_t files_at_once = 200;

// Nothing: no name of an object.
std::optional<model::ObjectName> name_of(const std::filesystem::path& file) {
    Bytes octets;
    model::ObjectName name{};
    if (!from_hex(file.filename().string(), octets) || octets.size() != name.size()) return std::nullopt;
    std::ranges::copy(octets, name.begin());
    return name;
}

Result<void> remove_file(const std::filesystem::path& file) {
    std::error_code error;
    std::filesystem::remove(file, error);
    if (error)
        return failure(ErrorKind::unavailable, "a file of an object cannot be removed: " + error.message());
    return {};
}

}  // namespace

ObjectKeeper::ObjectKeeper(std::filesystem::path folder, store::StoreReader& reader, store::Writer& writer,
                           metrics::Registry& metrics)
    : folder_(std::move(folder)),
      reader_(reader),
      writer_(writer),
      files_(metrics.gauge("edgeward_objects", "DICOM objects in files.")),
      octets_(metrics.gauge("edgeward_objects_bytes", "Octets of DICOM objects in files.")),
      removed_(
          metrics.counter("edgeward_objects_removed_total", "Files of DICOM objects that were removed.")) {}

Result<void> ObjectKeeper::remove_strangers() {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
        const auto name = name_of(entry.path());
        const auto known = name ? reader_.knows_object(*name) : Result<bool>(false);
        if (!known) return failure(known.error());
        if (*known) continue;
        if (auto gone = remove_file(entry.path()); !gone) return gone;
        removed_.add();
    }
    return {};
}

void ObjectKeeper::start() {
    thread_.start([this] {
        do {
            if (const auto swept = sweep(); !swept)
                log::warning("files of objects could not be removed", {{"reason", swept.error().message}});
        } while (thread_.pause(look_interval));
    });
}

void ObjectKeeper::stop() {
    thread_.stop();
}

// The file first: while the row is there, a crash in between is made good by the next look.
Result<void> ObjectKeeper::sweep() {
    for (;;) {
        const auto names = reader_.ownerless_objects(files_at_once);
        if (!names) return failure(names.error());
        for (const auto& name : *names) {
            if (auto gone = remove_file(folder_ / dicom::file_name_of(name)); !gone) return gone;
            removed_.add();
        }
        if (names->empty()) break;
        auto forgotten =
            writer_.run([&](store::ObservationStore& store) { return store.forget_objects(*names); });
        if (!forgotten) return forgotten;
    }
    const auto totals = reader_.object_totals();
    if (!totals) return failure(totals.error());
    files_.set(static_cast<double>(totals->files));
    octets_.set(static_cast<double>(totals->octets));
    return {};
}

}  // namespace edgeward::app
