// edgeward_store_check check FOLDER KEK [ANCHOR...]
//     examines the data folder of a gateway, running or not, without writing to it
// edgeward_store_check damage FOLDER KEK bit|torn|stale FILE OLDER SCRATCH COUNT SEED [ANCHOR...]
//     damages COUNT copies of the folder in SCRATCH and examines each
//
// KEK is a file with 64 hexadecimal digits, ANCHOR a file with a checkpoint note. Writes one JSON object.
// Exit code: 0 everything is sound (or every damage was detected or harmless), 1 not, 2 the order cannot be
// carried out.
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include <edgeward/core/file.hpp>

#include "damage.hpp"

namespace {

using edgeward::fault_suite::Damage;
using edgeward::fault_suite::DamageOrder;
using edgeward::fault_suite::Installation;
using nlohmann::json;

constexpr int exit_sound = 0;
constexpr int exit_unsound = 1;
constexpr int exit_unable = 2;

int say(const json& answer, int code) {
    std::cout << answer.dump() << '\n';
    return code;
}

bool read_anchors(Installation& installation, int argc, char** argv, int from) {
    for (int i = from; i < argc; ++i) {
        auto note = edgeward::read_file(argv[i]);
        if (!note) return false;
        installation.anchors.push_back(*std::move(note));
    }
    return true;
}

int check(const Installation& installation) {
    const auto found = edgeward::fault_suite::examine(installation, false);
    if (found.detected_by.empty()) return say({{"problem", nullptr}}, exit_sound);
    return say({{"problem", found.detected_by + ": " + found.problem}}, exit_unsound);
}

int damage(const Installation& installation, char** argv) {
    static const std::map<std::string, Damage> kinds{
        {"bit", Damage::bit}, {"torn", Damage::torn}, {"stale", Damage::stale}};
    const auto kind = kinds.find(argv[4]);
    if (kind == kinds.end()) return exit_unable;
    const DamageOrder order{kind->second,
                            argv[5],
                            argv[6],
                            argv[7],
                            std::strtoull(argv[8], nullptr, 10),
                            std::strtoull(argv[9], nullptr, 10)};
    const auto report = edgeward::fault_suite::do_damage(installation, order);
    if (!report) return say({{"problem", report.error().message}}, exit_unable);
    const json answer{{"cases", report->cases},
                      {"harmless", report->harmless},
                      {"detected", report->detected},
                      {"silent", report->silent}};
    return say(answer, report->silent.empty() ? exit_sound : exit_unsound);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string order = argc > 3 ? argv[1] : "";
    Installation installation;
    if (argc > 3) {
        installation.folder = argv[2];
        installation.key_file = argv[3];
    }
    const bool to_check = order == "check";
    if (!to_check && (order != "damage" || argc < 10)) {
        std::cerr << "edgeward_store_check: expected check FOLDER KEK … or damage FOLDER KEK KIND FILE …\n";
        return exit_unable;
    }
    if (!read_anchors(installation, argc, argv, to_check ? 4 : 10)) return exit_unable;
    return to_check ? check(installation) : damage(installation, argv);
}
