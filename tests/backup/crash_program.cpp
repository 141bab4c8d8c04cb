#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <edgeward/backup/backup.hpp>

#include "installation_files.hpp"

// Killed by crash_test.cpp, or run against a limit on the size of files:
//   create  FOLDER            makes backups of FOLDER/data in FOLDER/backups, one after the other
//   restore FOLDER            restores the newest into FOLDER/new, replacing what is there, again and again
//   create-within FOLDER N    one backup with no file beyond N octets; exit code 0: made, 3: refused
int main(int argc, char** argv) {
    using namespace edgeward;
    using namespace edgeward::backup;
    if (argc < 3) return 2;
    const std::string what = argv[1];
    const std::filesystem::path folder = argv[2];
    const FileInstallation here(folder);
    if (what == "restore") {
        for (;;) {
            const auto restored = here.restore();
            if (!restored) {
                std::cerr << restored.error().message << '\n';
                return 1;
            }
            std::cout << "restored" << std::endl;
        }
    }
    RunningInstallation running(here);
    if (what == "create-within" && argc > 3) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{std::strtoull(argv[3], nullptr, 10), RLIM_INFINITY};
        setrlimit(RLIMIT_FSIZE, &limit);
        return running.create() ? 0 : 3;
    }
    for (;;) {
        const auto created = running.create();
        if (!created) {
            std::cerr << created.error().message << '\n';
            return 1;
        }
        std::cout << "created" << std::endl;
    }
}
