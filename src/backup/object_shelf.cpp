#include "object_shelf.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <span>
#include <utility>

#include <edgeward/core/file.hpp>

namespace edgeward::backup {
namespace {

constexpr unsigned owner_only = 0600;
constexpr std::size_t piece_size = std::size_t{1} << 20U;

// A file that is read to its end even when somebody removes its name meanwhile.
class OpenFile {
public:
    explicit OpenFile(const std::filesystem::path& file)
        : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)), reason_(errno) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] bool is_missing() const noexcept { return descriptor_ < 0 && reason_ == ENOENT; }
    [[nodiscard]] Error error() const {
        return {ErrorKind::unavailable,
                std::string("a sealed object cannot be read: ") + std::strerror(reason_)};
    }
    // Nothing left: an empty piece.
    Result<ByteView> next(std::span<std::uint8_t> buffer) {
        for (;;) {
            const auto got = ::read(descriptor_, buffer.data(), buffer.size());
            if (got >= 0) return ByteView(buffer.first(static_cast<std::size_t>(got)));
            reason_ = errno;
            if (reason_ != EINTR) return failure(error());
        }
    }

private:
    int descriptor_;
    int reason_;
};

using See = std::function<Result<void>(ByteView)>;

Result<ListedObject> read_through(OpenFile& file, const std::atomic<bool>* cancelled, const See& see) {
    Bytes buffer(piece_size);
    ListedObject found;
    crypto::Sha256 hash;
    for (;;) {
        if (cancelled != nullptr && *cancelled) return failure(ErrorKind::unavailable, "the gateway stops");
        const auto piece = file.next(buffer);
        if (!piece) return failure(piece.error());
        if (piece->empty()) break;
        hash.add(*piece);
        found.size += piece->size();
        if (auto seen = see(*piece); !seen) return failure(std::move(seen.error()));
    }
    found.sha256 = hash.finish();
    return found;
}

tl::unexpected<Error> damaged() {
    return failure(ErrorKind::corrupt, "an object of the backup is damaged or gone");
}

}  // namespace

std::optional<model::ObjectName> object_name_of(const std::filesystem::path& file) {
    const std::string text = file.filename().string();
    Bytes octets;
    model::ObjectName name{};
    if (!from_hex(text, octets) || octets.size() != name.size() || to_hex(octets) != text)
        return std::nullopt;
    std::ranges::copy(octets, name.begin());
    return name;
}

std::filesystem::path ObjectShelf::file_of(const model::ObjectName& name) const {
    return folder_ / to_hex(name);
}

bool ObjectShelf::has(const model::ObjectName& name, const ListedObject& listed) const {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file_of(name), failed);
    return !failed && listed.state == ObjectState::kept && size == listed.size;
}

Result<std::optional<ListedObject>> ObjectShelf::put(const std::filesystem::path& object, Pace& pace) {
    OpenFile file(object);
    if (file.is_missing()) return std::nullopt;
    if (!file.is_open()) return failure(file.error());
    std::error_code failed;
    for (const auto& folder : {folder_.parent_path(), folder_}) {
        if (std::filesystem::exists(folder, failed)) continue;
        std::filesystem::create_directory(folder, failed);
        if (!failed) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
        if (failed)
            return failure(ErrorKind::unavailable, "make " + folder.string() + ": " + failed.message());
        if (auto synced = sync_folder(folder.parent_path()); !synced)
            return failure(std::move(synced.error()));
    }
    auto copy = NewFile::begin(folder_ / object.filename(), owner_only);
    if (!copy) return failure(std::move(copy.error()));
    auto found = read_through(file, cancelled_, [&](ByteView piece) {
        auto added = copy->add(piece);
        if (added) copy->start_writing();
        pace.passed(piece.size());
        return added;
    });
    if (!found) return failure(std::move(found.error()));
    if (auto published = copy->publish(); !published) return failure(std::move(published.error()));
    return *found;
}

Result<void> ObjectShelf::give(const model::ObjectName& name, const ListedObject& listed,
                               const std::filesystem::path& into) const {
    if (!has(name, listed)) return damaged();
    OpenFile file(file_of(name));
    if (!file.is_open()) return failure(file.error());
    auto copy = NewFile::begin(into / to_hex(name), owner_only);
    if (!copy) return failure(std::move(copy.error()));
    const auto found = read_through(file, cancelled_, [&](ByteView piece) {
        auto added = copy->add(piece);
        if (added) copy->start_writing();
        return added;
    });
    if (!found) return failure(found.error());
    if (*found != listed) return damaged();
    return copy->publish();
}

Result<void> ObjectShelf::check(const model::ObjectName& name, const ListedObject& listed) const {
    if (!has(name, listed)) return damaged();
    OpenFile file(file_of(name));
    if (!file.is_open()) return failure(file.error());
    const auto found = read_through(file, cancelled_, [](ByteView) { return Result<void>(); });
    if (!found) return failure(found.error());
    return *found == listed ? Result<void>() : damaged();
}

std::vector<model::ObjectName> ObjectShelf::names() const {
    std::vector<model::ObjectName> found;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        if (const auto name = object_name_of(entry.path())) found.push_back(*name);
    }
    std::ranges::sort(found);
    return found;
}

void ObjectShelf::remove_leftovers() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        if (!object_name_of(entry.path()) && object_name_of(entry.path().stem()))
            std::filesystem::remove(entry.path(), ignored);
    }
}

Result<void> ObjectShelf::remove(const model::ObjectName& name) {
    std::error_code failed;
    std::filesystem::remove(file_of(name), failed);
    if (!failed) return {};
    return failure(ErrorKind::unavailable, "a copy of an object cannot be removed: " + failed.message());
}

}  // namespace edgeward::backup
