#include "side_databases.hpp"

#include <edgeward/access/account_book.hpp>
#include <edgeward/access/account_restore.hpp>
#include <edgeward/enrolment/book_restore.hpp>
#include <edgeward/enrolment/device_book.hpp>

namespace edgeward::app {

std::vector<backup::SideDatabase> side_databases() {
    return {{access::accounts_file, access::accounts_key, access::examine_accounts, access::revive_accounts},
            {enrolment::book_file, enrolment::devices_key, enrolment::examine_devices,
             enrolment::revive_devices}};
}

}  // namespace edgeward::app
