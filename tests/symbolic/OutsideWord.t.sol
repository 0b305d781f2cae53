// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Account} from "../../contracts/libraries/AccountWord.sol";
import {OutsideWord} from "../../contracts/libraries/OutsideWord.sol";
import {Symbolic} from "./Symbolic.sol";

/// The outside's word: the supply is what its balance lacks, and what was minted stands above it.
contract OutsideWordCheck is Symbolic {
    function check_supplyAndMintedAreRead(uint256 word) external pure {
        Account outside = Account.wrap(word);
        assert(OutsideWord.totalSupply(outside) == AMOUNT_MAX - uint96(word));
        assert(OutsideWord.totalMinted(outside) == word / 2 ** 96);
    }

    function check_beforeAnythingWasMinted() external pure {
        assert(OutsideWord.totalSupply(OutsideWord.empty()) == 0);
        assert(OutsideWord.totalMinted(OutsideWord.empty()) == 0);
    }

    /// The sum may reach 2^128: 2^32 mints of the largest supply there can be.
    function check_mintingCountsUpAndTakesFromTheRoom(uint96 room, uint128 minted, uint96 amount)
        external
        pure
    {
        vm.assume(amount <= room);
        vm.assume(uint256(minted) + amount <= type(uint128).max);
        Account before = Account.wrap(room | (uint256(minted) << 96));
        Account noted = OutsideWord.withMinted(before, amount);
        assert(OutsideWord.totalMinted(noted) == uint256(minted) + amount);
        assert(OutsideWord.totalSupply(noted) == OutsideWord.totalSupply(before));
        Account done = noted.debit(amount);
        assert(OutsideWord.totalMinted(done) == uint256(minted) + amount);
        assert(OutsideWord.totalSupply(done) == OutsideWord.totalSupply(before) + amount);
    }

    function check_burningGivesTheRoomBack(uint96 room, uint128 minted, uint96 amount)
        external
        pure
    {
        Account before = Account.wrap(room | (uint256(minted) << 96));
        vm.assume(amount <= OutsideWord.totalSupply(before));
        Account done = before.credit(amount);
        assert(OutsideWord.totalMinted(done) == minted);
        assert(OutsideWord.totalSupply(done) == OutsideWord.totalSupply(before) - amount);
    }
}
