// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {AccountSlots, Slot} from "../../../contracts/libraries/AccountSlots.sol";
import {Account} from "../../../contracts/libraries/AccountWord.sol";
import {Check} from "../Check.sol";

/// AccountSlots beside forge's own look into storage.
contract AccountSlotsTest is Check {
    function placeOf(address account) private pure returns (bytes32) {
        bytes12 space = bytes12(keccak256("jiaozi.account"));
        return bytes32(abi.encodePacked(space, account));
    }

    function testFuzz_whereAWordLies(address account) public pure {
        bytes32 slot = bytes32(Slot.unwrap(AccountSlots.slotOf(account)));
        so("the space, then the address", slot == placeOf(account));
    }

    function testFuzz_eachAccountHasItsOwn(address a, address b) public pure {
        bool equal = Slot.unwrap(AccountSlots.slotOf(a)) == Slot.unwrap(AccountSlots.slotOf(b));
        so("one place an address", equal == (a == b));
    }

    function testFuzz_storeAndLoad(address account, address other, uint256 word, uint256 second)
        public
    {
        AccountSlots.slotOf(account).store(Account.wrap(word));
        same("stored", uint256(vm.load(address(this), placeOf(account))), word);
        same("loaded", Account.unwrap(AccountSlots.slotOf(account).load()), word);
        vm.store(address(this), placeOf(other), bytes32(second));
        same("loaded", Account.unwrap(AccountSlots.slotOf(other).load()), second);
        uint256 expected = account == other ? second : word;
        same("no other", Account.unwrap(AccountSlots.slotOf(account).load()), expected);
    }
}
