#include "object_copier.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <thread>

#include <edgeward/store/erase_all.hpp>

#include "yard.hpp"

namespace edgeward::backup {
namespace {

TEST_CASE("an object is copied once for all backups that name it", "[object_copier]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    const auto size = std::filesystem::file_size(yard.object_file(1));
    const auto first = yard.create();
    CHECK(first.objects == 1);
    CHECK(first.objects_octets == size);
    CHECK(first.copied_octets == size);
    const auto written = std::filesystem::last_write_time(yard.copy_file(1));
    yard.take_in("4712", yard.seal_object(2, 70'000));
    const auto second = yard.create();
    CHECK(second.objects == 2);
    CHECK(second.copied_octets == std::filesystem::file_size(yard.object_file(2)));
    CHECK(std::filesystem::last_write_time(yard.copy_file(1)) == written);
    CHECK(text_of_path(yard.copy_file(2)) == text_of_path(yard.object_file(2)));
    CHECK(yard.create().copied_octets == 0);
}

TEST_CASE("a copy that is gone; cut off or of another key-encryption key's time is made anew",
          "[object_copier]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    const auto size = yard.create().copied_octets;
    SECTION("gone") {
        std::filesystem::remove(yard.copy_file(1));
    }
    SECTION("cut off") {
        std::filesystem::resize_file(yard.copy_file(1), 100);
    }
    SECTION("the key-encryption key was changed") {
        yard.wrapping_octet = wrapping_key_of(kek_of(5));
    }
    CHECK(yard.create().copied_octets == size);
    CHECK(text_of_path(yard.copy_file(1)) == text_of_path(yard.object_file(1)));
}

TEST_CASE("an object without a file is lost and its backup is made all the same", "[object_copier]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    std::filesystem::remove(yard.object_file(1));
    const auto created = yard.create();
    CHECK(created.objects == 1);
    CHECK(created.objects_lost == 1);
    CHECK(created.objects_removed == 0);
    const auto verified = must(verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()}));
    CHECK(verified.objects == 1);
    CHECK(verified.objects_lost == 1);
}

// The snapshot names an object; before it is copied its person is erased and its file removed.
TEST_CASE("an object that went after the snapshot is named as removed", "[object_copier]") {
    Yard yard;
    const auto object = yard.seal_object(1);
    const auto subject = yard.take_in("4711", object);
    const auto sources = yard.sources();
    ObjectCopier copier(yard.settings, sources, yard.installation());
    must(store::erase_all_reports(
        *yard.store.reader, *yard.store.writer, [&](const model::Pseudonym& one) { return one == subject; },
        [&] { return std::vector{subject}; }, "test"));
    std::filesystem::remove(yard.object_file(1));
    // The row is still there, then it is not.
    CHECK(must(copier.list_of({object})).begin()->second.state == ObjectState::removed);
    must(yard.store.writer->run(
        [&](store::ObservationStore& to) { return to.forget_objects({object.name}); }));
    CHECK(must(copier.list_of({object})).begin()->second.state == ObjectState::removed);
}

// As retention and erasure do it: the content first, then the file, then the row.
void remove_object(Yard& yard, std::uint8_t number, const model::Pseudonym& subject) {
    must(store::erase_all_reports(
        *yard.store.reader, *yard.store.writer, [&](const model::Pseudonym& one) { return one == subject; },
        [&] { return std::vector{subject}; }, "test"));
    std::filesystem::remove(yard.object_file(number));
    model::ObjectName name{};
    name.fill(number);
    must(yard.store.writer->run([&](store::ObservationStore& to) { return to.forget_objects({name}); }));
}

TEST_CASE("backups made while objects come and go are sound and lose none", "[object_copier]") {
    Yard yard;
    std::atomic<bool> stop = false;
    std::thread busy([&] {
        for (int i = 0; !stop; ++i) {
            const auto number = static_cast<std::uint8_t>(i % 200);
            remove_object(yard, number, yard.take_in(std::to_string(i), yard.seal_object(number, 500'000)));
        }
    });
    for (int i = 0; i < 8; ++i) {
        CHECK(yard.create().objects_lost == 0);
        const auto verified = verify_backup(yard.pair(), Yard::by_kek(), {yard.backups()});
        if (!verified) FAIL_CHECK(verified.error().message);
    }
    stop = true;
    busy.join();
}

TEST_CASE("most of it is copied before a snapshot is held; what is no object stays", "[object_copier]") {
    Yard yard;
    static_cast<void>(yard.seal_object(1));
    write_text(store::objects_folder(yard.data()) / (std::string(32, 'a') + ".Ab12cD"), "half");
    const auto sources = yard.sources();
    ObjectCopier copier(yard.settings, sources, yard.installation());
    must(copier.copy_ahead());
    CHECK(copier.copied_octets() == std::filesystem::file_size(yard.object_file(1)));
    CHECK(entries_in(yard.copy_file(1).parent_path()) == 1);
}

}  // namespace
}  // namespace edgeward::backup
