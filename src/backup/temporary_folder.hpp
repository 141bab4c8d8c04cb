#pragma once

#include <filesystem>
#include <string>

#include <edgeward/core/result.hpp>

namespace edgeward::backup {

// A folder of its own that only its owner may enter; it goes with everything in it.
class TemporaryFolder {
public:
    // Below `parent`, which is there. `prefix` is how the names of leftovers begin.
    static Result<TemporaryFolder> make(const std::filesystem::path& parent, const std::string& prefix);
    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace edgeward::backup
