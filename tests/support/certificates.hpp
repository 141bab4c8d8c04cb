#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/scratch_folder.hpp"

namespace edgeward::support {

// Throwaway certificates of tests/support/make_certificates in a folder of their own; a test program makes
// them once. No names: all of the script.
class Certificates {
public:
    explicit Certificates(const std::vector<std::string>& names,
                          const std::vector<std::string>& devices = {}) {
        make({}, names);
        if (!devices.empty()) make({"--device"}, devices);
    }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }

private:
    void make(std::vector<std::string> arguments, const std::vector<std::string>& names) const {
        arguments.insert(arguments.begin(), EDGEWARD_SOURCE_DIR "/tests/support/make_certificates");
        arguments.push_back(folder_.path().string());
        arguments.insert(arguments.end(), names.begin(), names.end());
        if (Program(arguments, folder_ / "make_certificates.log").wait() != 0)
            throw std::runtime_error("make_certificates failed: " +
                                     text_of_file(folder_ / "make_certificates.log.err"));
    }
    ScratchFolder folder_;
};

}  // namespace edgeward::support
